import { isEnded } from '../domain/phases.ts'
import { awaitsApproval, type StatusAnswer } from '../gateway/answers.ts'
import type { Cortex } from './connect.ts'
import { asLines, createFollower, type SystemLeft } from './follow.ts'
import { askPerson, decide, showPlan } from './gate.ts'
import { inWordsOf } from './outcome.ts'
import { harmless } from './render.ts'
import type { Terminal } from './terminal.ts'

export interface DriveOptions {
  /** Approve without asking. */
  readonly yes: boolean
  /** To make the base green is the task's purpose. */
  readonly mendsBase?: boolean
  /** Show every event, and stay until the end. */
  readonly follow: boolean
  /** Stay until the end, shown or not: the system is ours and ends with us. */
  readonly stay: boolean
  /** Whether the system has stopped for good; see `createFollower`. */
  readonly left?: () => SystemLeft | undefined
}

/**
 * Accompanies a task: to its end when following, else until its plan is decided on. Answers with the last state seen.
 * Throws the signal's reason when interrupted.
 */
export const driveTask = async (
  cortex: Cortex,
  id: string,
  terminal: Terminal,
  options: DriveOptions,
  signal: AbortSignal,
): Promise<StatusAnswer> => {
  const stay = options.follow || options.stay
  const follower = createFollower(cortex, id, terminal, options.follow ? asLines(terminal) : () => undefined, options.left)
  // A plan made again may be the same to the letter: its revision tells that it is another question.
  let left: number | undefined
  const asks = (now: StatusAnswer): boolean => awaitsApproval(now) && now.plan_revision !== left
  try {
    for (;;) {
      const status = await follower.until((now) => isEnded(now) || asks(now), signal)
      if (isEnded(status)) return status
      left = status.plan_revision
      const decided = await atGate(cortex, id, terminal, options, signal)
      // What was seen before the decision is not so any more.
      if (decided && !stay) return await follower.until((now) => isEnded(now) || !awaitsApproval(now) || asks(now), signal)
      if (!decided && (!stay || terminal.interactive)) return status
      if (!decided) terminal.say(inWordsOf(status, terminal))
    }
  } finally {
    follower.stop()
  }
}

/** True when a decision was made; false when it is left to somebody else. */
const atGate = async (
  cortex: Cortex,
  id: string,
  terminal: Terminal,
  { yes, mendsBase }: DriveOptions,
  signal: AbortSignal,
): Promise<boolean> => {
  if (!yes && !terminal.interactive) return false
  const plan = await showPlan(cortex, id, terminal)
  const decision = yes ? ({ kind: 'approve' } as const) : await askPerson(terminal, plan.text, signal)
  signal.throwIfAborted()
  const answer = await decide(cortex, id, plan.hash, decision)
  if (yes)
    terminal.say(
      `plan ${plan.hash.slice(0, 12)} is approved without asking, because of --yes${plan.base ? `, ${mendsBase ? 'and the task is to mend what fails' : 'though'}${mendsBase ? ':' : ''} ${harmless(plan.base)}` : ''}`,
    )
  return answer !== undefined
}
