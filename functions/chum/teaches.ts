import type { Fact } from '../../domain/fact.ts'
import { type CheckFailed, checks } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'

/** Classes of failures that are about what was written; what the machine, a model or a person did teaches nothing about code. */
const ABOUT_THE_WORK: readonly string[] = ['test_failure', 'bad_output', 'no_change', 'stuck', 'denied', 'secret', 'flaky', 'limit']

export const isAboutTheWork = (cls: string | undefined): boolean => ABOUT_THE_WORK.includes(cls ?? '')

export const isCheckFailed = (fact: Fact): fact is Fact<CheckFailed> => checks.some((check) => fact.type === `${check}.failed`)

/** Whether the end of a run, or what was done before it, teaches anything. Pure. */
export const teaches = (event: Fact<'dod.passed' | 'task.escalated' | 'task.failed'>, task: Pick<Task, 'rounds'>): boolean => {
  if (event.type === 'dod.passed') return true
  const last = task.rounds.findLast(({ outcome }) => outcome !== undefined)
  if (!last) return false
  return last.outcome === 'review.rejected' || isAboutTheWork(last.class)
}
