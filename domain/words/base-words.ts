import type { Task } from '../task.ts'

/** What a person should know of the commit that a task starts from, in a sentence; undefined where that is green, or nobody wanted it looked at. Pure. */
export const baseInWords = ({ base }: Pick<Task, 'base'>): string | undefined => {
  if (!base || base.outcome === 'skipped') return undefined
  return base.outcome === 'passed' && base.findings.length === 0 ? undefined : `${base.reason} (${base.sha.slice(0, 8)})`
}

const LINES = 10

/** The same, with the last lines of each command that failed, indented. Pure. */
export const baseWithOutput = (task: Pick<Task, 'base'>): string | undefined => {
  const said = baseInWords(task)
  if (said === undefined) return undefined
  const ends = task.base?.findings.flatMap(({ problem }) => {
    const lines = problem.trimEnd().split('\n')
    return lines.length > LINES ? ['...', ...lines.slice(-LINES)] : lines
  })
  return [said, ...(ends ?? []).map((line) => `    ${line}`)].join('\n')
}
