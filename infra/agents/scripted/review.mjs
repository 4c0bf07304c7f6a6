import { readDiff } from './diff.mjs'
import { readJsonTag, readTag } from './sentences.mjs'

/** Judges one criterion by what the diff shows. Answers null when it is met, else the finding. */
function judge(criterion, files) {
  const form = /^`([^`]+)` contains `([^`]*)`\.?$/.exec(criterion.trim())
  if (!form) {
    return {
      criterion,
      problem: 'cannot judge: the scripted reviewer knows only "`file` contains `text`"',
      suggestion: 'Let another agent review this task.',
    }
  }
  const [, file, written] = form
  const text = written.replaceAll('\\n', '\n')
  const shown = files.find((each) => each.file === file)
  if (!shown)
    return { criterion, file, problem: `the diff does not show \`${file}\``, suggestion: `Make \`${file}\` contain \`${written}\`.` }
  if (
    shown.lines
      .map((line) => line.text)
      .join('\n')
      .includes(text)
  )
    return null
  const line = shown.lines.find((each) => each.added)?.number
  return {
    criterion,
    file,
    ...(line === undefined ? {} : { line }),
    problem: `\`${file}\` does not contain \`${written}\` in what the diff shows`,
    suggestion: `Make \`${file}\` contain \`${written}\`.`,
  }
}

function strings(value, what) {
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) throw new Error(`there is no list of texts in ${what}`)
  return value
}

/**
 * @param {string} prompt with `<criteria>`, `<plan>` and `<diff>`
 * @returns {{ approved: boolean, findings: object[] }}
 */
export function review(prompt) {
  const criteria = strings(readJsonTag(prompt, 'criteria'), '<criteria>')
  const planned = readJsonTag(prompt, 'plan')
  const allowed = strings(planned?.files_to_modify, 'files_to_modify of <plan>')
  const files = readDiff(readTag(prompt, 'diff') ?? '')
  const findings = []
  if (files.length === 0) findings.push({ criterion: 'a change', problem: 'the diff is empty', suggestion: 'Do the steps of the plan.' })
  if (criteria.length === 0)
    findings.push({ criterion: 'criteria', problem: 'there are no criteria to judge by', suggestion: 'Plan with acceptance criteria.' })
  for (const { file } of files) {
    if (allowed.includes(file)) continue
    findings.push({
      criterion: 'only planned files',
      file,
      problem: `\`${file}\` is not among the files of the plan`,
      suggestion: `Leave \`${file}\` as it was.`,
    })
  }
  if (files.length > 0) findings.push(...criteria.map((criterion) => judge(criterion, files)).filter((finding) => finding !== null))
  return { approved: findings.length === 0, findings }
}
