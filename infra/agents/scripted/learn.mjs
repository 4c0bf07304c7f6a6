import { readSentences } from './sentences.mjs'

/** Languages of rules by the ending of a file. */
const languages = { js: 'javascript', mjs: 'javascript', ts: 'typescript', py: 'python', go: 'go', java: 'java' }

/** The one sentence of a prompt that says what is to be learned. Throws in words where there is none. */
function taught(prompt) {
  const found = readSentences(prompt).find(({ kind }) => kind === 'learn')
  if (!found)
    throw new Error(
      'there is nothing here that says what to learn: "Learn `words` from `file`: `bad` is found by `pattern`, `good` is not."',
    )
  return found
}

/**
 * @param {string} prompt with the pieces of a task, one of which holds a sentence of what is to be learned
 * @returns {object} its lesson; none where it is known already
 */
export function learn(prompt) {
  const known = /<known>([\s\S]*?)<\/known>/.exec(prompt)?.[1] ?? ''
  const { text, words, file } = taught(prompt)
  const piece = [...prompt.matchAll(/<piece id="(P\d+)"[^>]*>([\s\S]*?)<\/piece>/g)].find(([, , body]) => body.includes(words))
  if (!piece || known.includes(words)) return { lessons: [], contradicted: [] }
  const evidence = [{ piece: piece[1], quote: words }]
  return {
    lessons: [{ category: 'antipattern', summary: words, detail: text, file_paths: [file], labels: [], evidence, same_as: null }],
    contradicted: [],
  }
}

/**
 * @param {string} prompt with a lesson whose detail is a sentence of what is to be learned
 * @returns {object} a Semgrep rule with its examples
 */
export function forge(prompt) {
  const { words, file, pattern, bad, good } = taught(prompt)
  const language = languages[file.split('.').at(-1)] ?? 'javascript'
  const rule = `rules:\n  - id: learned\n    message: ${JSON.stringify(words)}\n    languages: [${language}]\n    severity: ERROR\n    pattern: ${JSON.stringify(pattern)}\n`
  return { language, rule, bad: `${bad}\n`, good: `${good}\n` }
}

/** @param {string} prompt @returns {object | undefined} what learning asks for, where the prompt asks for that */
export function learned(prompt) {
  if (prompt.includes('<lesson>') && prompt.includes('Semgrep rule')) return forge(prompt)
  return prompt.includes('<piece id="P1"') ? learn(prompt) : undefined
}
