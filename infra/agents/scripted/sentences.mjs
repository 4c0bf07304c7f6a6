/**
 * The sentence language of the scripted agent: all it understands of a task.
 *
 *   In `file`, replace `old` with `new`.
 *   Create `file` with `content`.
 *   If told `words`, in `file`, replace `old` with `new`.
 *   Expect `file` to contain `text`.
 *   Learn `words` from `file`: `bad` is found by `pattern`, `good` is not.
 *
 * Between the backquotes `\n` stands for a line break. A replacement changes every occurrence.
 *
 * @typedef {{ kind: 'replace', text: string, file: string, old: string, new: string }} Replace
 * @typedef {{ kind: 'create', text: string, file: string, content: string }} Create
 * @typedef {{ kind: 'told', text: string, words: string, file: string, old: string, new: string }} Told
 * @typedef {{ kind: 'expect', text: string, file: string, content: string }} Expect
 * @typedef {{ kind: 'learn', text: string, words: string, file: string, bad: string, pattern: string, good: string }} Learn
 * @typedef {Replace | Create | Told | Expect | Learn} Sentence
 */

const quoted = '`([^`]*)`'
const forms = [
  {
    kind: 'told',
    names: ['words', 'file', 'old', 'new'],
    pattern: `If told ${quoted},\\s+in ${quoted},\\s+replace ${quoted}\\s+with ${quoted}\\.`,
  },
  { kind: 'replace', names: ['file', 'old', 'new'], pattern: `In ${quoted},\\s+replace ${quoted}\\s+with ${quoted}\\.` },
  { kind: 'create', names: ['file', 'content'], pattern: `Create ${quoted}\\s+with ${quoted}\\.` },
  {
    kind: 'learn',
    names: ['words', 'file', 'bad', 'pattern', 'good'],
    pattern: `Learn ${quoted}\\s+from ${quoted}:\\s+${quoted}\\s+is found by ${quoted},\\s+${quoted}\\s+is not\\.`,
  },
  { kind: 'expect', names: ['file', 'content'], pattern: `Expect ${quoted}\\s+to contain ${quoted}\\.` },
]

/** @param {string} text @returns {string} the text with `\n` as a line break */
const withLineBreaks = (text) => text.replaceAll('\\n', '\n')

/**
 * @param {string} text
 * @returns {Sentence[]} every sentence in it, in the order of the text; a replacement of nothing is no sentence
 */
export function readSentences(text) {
  const found = []
  for (const form of forms) {
    for (const match of text.matchAll(new RegExp(form.pattern, 'g'))) {
      const values = form.names.map((name, index) => [name, name === 'file' ? match[index + 1] : withLineBreaks(match[index + 1])])
      const sentence = { kind: form.kind, text: match[0], ...Object.fromEntries(values) }
      if (sentence.file !== '' && sentence.old !== '') found.push({ at: match.index, sentence })
    }
  }
  return found.sort((a, b) => a.at - b.at).map(({ sentence }) => sentence)
}

/**
 * Text between `<tag>` and `</tag>`: from the first opening tag (at the start of a line, if there is one there) to the last closing one.
 * @param {string} prompt @param {string} tag @returns {string | null} trimmed; null when the tag is not there
 */
export function readTag(prompt, tag) {
  const atLineStart = new RegExp(`^<${tag}>`, 'm').exec(prompt)
  const start = atLineStart ? atLineStart.index : prompt.indexOf(`<${tag}>`)
  const end = prompt.lastIndexOf(`</${tag}>`)
  if (start < 0 || end < start) return null
  return prompt.slice(start + tag.length + 2, end).trim()
}

/**
 * @param {string} prompt @param {string} tag
 * @returns {unknown} the JSON between the tags; undefined when the tag is not there or empty. Throws in words when it is no JSON.
 */
export function readJsonTag(prompt, tag) {
  const text = readTag(prompt, tag)
  if (text === null || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`what stands in <${tag}> is no JSON: ${error instanceof Error ? error.message : error}`)
  }
}
