import { readSentences, readTag } from './sentences.mjs'

/** @param {string} text the task, as text or as JSON with title and description */
function taskText(text) {
  if (!text.startsWith('{')) return text
  try {
    const task = JSON.parse(text)
    return [task.title, task.description].filter((part) => typeof part === 'string').join('\n')
  } catch {
    return text // text that only starts with a brace
  }
}

const quote = (text) => `\`${text.replaceAll('\n', '\\n')}\``
const criterion = (file, content) => `\`${file}\` contains ${quote(content)}`

/** @param {import('./sentences.mjs').Sentence[]} sentences */
function criteriaOf(sentences) {
  const expected = sentences.filter(({ kind }) => kind === 'expect').map(({ file, content }) => criterion(file, content))
  if (expected.length > 0) return expected
  const plain = sentences.flatMap((each) => {
    if (each.kind === 'create') return [criterion(each.file, each.content)]
    return each.kind === 'replace' && each.new !== '' ? [criterion(each.file, each.new)] : []
  })
  return plain
}

const rationales = {
  replace: 'The task asks for this replacement.',
  create: 'The task asks for this file.',
  told: 'To be done when a reviewer asks for it in these words.',
  learn: 'What the work teaches.',
}

/**
 * @param {string} prompt with the task between `<task>` and `</task>`
 * @returns {object} the plan. Throws in words when the task holds no sentence to act on.
 */
export function plan(prompt) {
  const text = readTag(prompt, 'task')
  if (text === null) throw new Error('there is no <task> in the prompt')
  const task = taskText(text)
  const sentences = readSentences(task)
  const actions = sentences.filter(({ kind }) => kind !== 'expect')
  const criteria = criteriaOf(sentences)
  if (actions.length === 0 || criteria.length === 0) {
    throw new Error(
      'this task holds no sentence the scripted agent understands. It knows: "In `file`, replace `old` with `new`.", "Create `file` with `content`.", ' +
        '"If told `words`, in `file`, replace `old` with `new`.", "Expect `file` to contain `text`." Configure claude, codex or another agent for other tasks.',
    )
  }
  const title = task.split('\n').find((line) => line.trim() !== '') ?? 'task'
  return {
    summary: `${title.trim().slice(0, 200)} (planned by the scripted agent)`,
    steps: actions.map(({ text: description, file, kind }) => ({ description, file, rationale: rationales[kind] })),
    files_to_modify: [...new Set(actions.map(({ file }) => file))],
    acceptance_criteria: criteria,
    estimated_complexity: 'low',
    risk_assessment: `Low: ${actions.length} stated change${actions.length === 1 ? '' : 's'} and nothing else.`,
  }
}
