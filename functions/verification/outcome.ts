import { isTouched } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import { durationsOf, type Task } from '../../domain/task.ts'
import type { Confining } from '../ports.ts'

type Outcome = Fact<'task.completed'>['data']['outcome']

interface Result {
  branch?: string
  merged?: boolean
  remark?: string
  answer?: string
  at: string
  sandbox: Confining
}

/** What it took, from the fold alone. Pure. */
export const outcomeOf = (task: Task, result: Result): Outcome => ({
  ...(result.branch ? { branch: result.branch, merged: result.merged ?? false } : {}),
  ...(result.remark ? { remark: result.remark } : {}),
  ...(task.head ? { sha: task.head.sha } : {}),
  ...(result.answer === undefined ? {} : { answer: result.answer }),
  files: [...(task.head?.files ?? [])],
  ...(task.head?.drift ? { drift: task.head.drift } : {}),
  usage: task.usage,
  durations: durationsOf(task, result.at),
  handoffs: task.rounds.filter(({ attempt }, index) => attempt.handoff > 0 && task.rounds[index - 1]?.attempt.handoff !== attempt.handoff)
    .length,
  attempts: Math.max(0, ...task.rounds.map(({ attempt }) => attempt.n)),
  ...yardstickOf(task),
  ...(task.head && task.head.denials.length > 0 ? { denials: [...task.head.denials] } : {}),
  ...(task.leftOut ? { leftOutRules: task.leftOut.map(({ rule }) => rule) } : {}),
  ...(result.sandbox.missing ? { unconfined: result.sandbox.missing } : {}),
})

/** What a person should know of a result that was delivered with other tests, or other ways to run them. */
const yardstickOf = ({ judged }: Task): Pick<Outcome, 'yardstick'> => {
  const touched = judged?.changes.filter(isTouched) ?? []
  return touched.length > 0 ? { yardstick: touched } : {}
}
