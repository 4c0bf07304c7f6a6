import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { readJsonTag, readSentences } from './sentences.mjs'

/** Every text in a JSON value, joined. */
function textsOf(value) {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(textsOf).join('\n')
}

/** @returns {string | null} the file's path, or null when it is not inside the folder, links followed */
function pathInside(folder, file) {
  const path = resolve(folder, file)
  if (isAbsolute(file) || relative(folder, path).split(sep)[0] === '..') return null
  let existing = path
  while (!existsSync(existing)) existing = dirname(existing)
  const real = relative(realpathSync(folder), realpathSync(existing))
  return real.split(sep)[0] === '..' || real.split(sep)[0] === '.git' || isAbsolute(real) ? null : path
}

/** Does what one sentence says. Answers null when done, else why not. */
function apply(folder, sentence, again) {
  const path = pathInside(folder, sentence.file)
  if (path === null) return 'the file lies outside the folder of the work'
  if (sentence.kind === 'create') {
    if (again && existsSync(path)) return 'the file is there already'
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, sentence.content.endsWith('\n') ? sentence.content : `${sentence.content}\n`)
    return null
  }
  if (!existsSync(path)) return 'there is no such file'
  const content = readFileSync(path, 'utf8')
  if (!content.includes(sentence.old)) return 'the text to replace is not there'
  if (again && sentence.new !== '' && content.includes(sentence.new)) return 'it has been done already'
  writeFileSync(
    path,
    content.replaceAll(sentence.old, () => sentence.new),
  )
  return null
}

/** @param {unknown} plan @returns {string[]} the descriptions of its steps */
function descriptions(plan) {
  const steps = typeof plan === 'object' && plan !== null && 'steps' in plan ? plan.steps : undefined
  if (!Array.isArray(steps)) throw new Error('there is no plan with steps in <plan>')
  return steps.map((step) => (typeof step?.description === 'string' ? step.description : ''))
}

/**
 * Edits files in `folder` as the plan's sentences say; with feedback, what the feedback names and what is still undone.
 * @param {string} prompt with `<plan>` and `<feedback>`
 * @param {string} folder
 * @param {(line: string) => void} say progress
 * @returns {string} what was done and what was not
 */
export function implement(prompt, folder, say) {
  const feedback = readJsonTag(prompt, 'feedback')
  const told = textsOf(feedback ?? []).toLowerCase()
  const again = told.trim() !== ''
  const sentences = descriptions(readJsonTag(prompt, 'plan')).flatMap(readSentences)
  if (sentences.length === 0) throw new Error('no step of the plan is a sentence the scripted agent understands')
  const wanted = sentences.filter((each) =>
    each.kind === 'told' ? again && told.includes(each.words.toLowerCase()) : each.kind !== 'expect' && each.kind !== 'learn',
  )
  const report = []
  for (const sentence of wanted) {
    say(`scripted: ${sentence.text}`)
    const obstacle = apply(folder, sentence, again && sentence.kind !== 'told')
    report.push(obstacle === null ? `Done: ${sentence.text}` : `Skipped (${obstacle}): ${sentence.text}`)
    if (obstacle !== null) say(`scripted: skipped, ${obstacle}`)
  }
  const done = report.filter((line) => line.startsWith('Done')).length
  return [`Scripted agent: ${done} of ${wanted.length} sentences done.`, ...report].join('\n')
}
