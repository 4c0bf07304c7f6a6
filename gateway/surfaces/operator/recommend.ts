import type { z } from 'zod'
import { step } from '../../../bus/next-steps.ts'
import { inWords } from '../../../domain/words/time-in-words.ts'
import { laneTrouble } from '../../../domain/words/why-waiting.ts'
import type { Workload } from '../../../functions/views/workload.ts'
import type { DeadListAnswer, FunctionsAnswer, SystemAnswer } from '../../answers.ts'

/** What an operator had better do, and what says so. */
export interface Recommendation {
  readonly type: 'function' | 'agent' | 'lane' | 'task'
  /** Which one: the name of a function, agent or lane; empty for tasks as a whole. */
  readonly subject: string
  readonly severity: 'critical' | 'warning' | 'info'
  readonly recommendation: string
}

export interface Seen {
  readonly functions: FunctionsAnswer['functions']
  readonly system: Pick<SystemAnswer, 'lane' | 'open'>
  readonly workload: Workload
  readonly deadLetters: z.output<typeof DeadListAnswer>['letters']
  readonly since: Date
  readonly now: Date
}

/** A message that waits for longer is worth a look. */
const OLD_MS = 15 * 60_000
/** Fewer calls say nothing about an agent. */
const ENOUGH_CALLS = 3
const OFTEN = 0.3

/** Everything that is worth doing, the worst first. Pure. */
export const recommend = (seen: Seen): Recommendation[] => {
  const all = [...ofFunctions(seen), ...ofDeadLetters(seen), ...ofLane(seen), ...ofAgents(seen), ...ofTasks(seen)]
  const order = ['critical', 'warning', 'info']
  return all.sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity))
}

const ofFunctions = ({ functions, now }: Seen): Recommendation[] =>
  functions.flatMap(({ name, pending, in_flight, redelivered, oldest_at, paused_until, unserved, why }): Recommendation[] => {
    const about = { type: 'function' as const, subject: name }
    if (paused_until) return [{ ...about, severity: pending > 0 ? 'warning' : 'info', recommendation: `${why}; ${pending} wait` }]
    if (unserved) return pending + in_flight > 0 ? [{ ...about, severity: 'critical', recommendation: `${name}: ${why}` }] : []
    const waits = oldest_at ? now.getTime() - Date.parse(oldest_at) : 0
    return [
      ...(redelivered > 0
        ? [
            {
              ...about,
              severity: 'warning' as const,
              recommendation: `${name} was given ${redelivered} of its messages more than once: look into the log why it did not answer them`,
            },
          ]
        : []),
      ...(pending > 0 && waits > OLD_MS
        ? [
            {
              ...about,
              severity: 'warning' as const,
              recommendation: `the oldest message of ${name} waits for ${inWords(waits)} (${why}): is there too much work, or one that hangs?`,
            },
          ]
        : []),
    ]
  })

const ofDeadLetters = ({ deadLetters, since }: Seen): Recommendation[] => {
  const fresh = deadLetters.filter(({ at }) => Date.parse(at) >= since.getTime())
  return [...Map.groupBy(fresh, (letter) => letter.function)].map(([name, letters]) => ({
    type: 'function',
    subject: name,
    severity: 'critical',
    recommendation: `${name} gave up on ${letters.length === 1 ? 'a message' : `${letters.length} messages`}, at last because ${letters[0]?.reason ?? 'of something unknown'}: mend that, then ${step(`dead redrive ${letters[0]?.number ?? ''}`.trim())}`,
  }))
}

const ofLane = ({ system: { lane } }: Seen): Recommendation[] => {
  const trouble = lane ? laneTrouble(lane).replace(/^; /, '') : ''
  return lane && trouble
    ? [
        {
          type: 'lane',
          subject: 'browser',
          severity: lane.waiting > 0 ? 'critical' : 'warning',
          recommendation: `${trouble}; ${lane.waiting} wait`,
        },
      ]
    : []
}

const ofAgents = ({ workload }: Seen): Recommendation[] =>
  workload.agents
    .filter(({ calls, failed }) => calls >= ENOUGH_CALLS && failed / calls >= OFTEN)
    .map(({ agent, calls, failed, lastReason }) => ({
      type: 'agent',
      subject: agent,
      severity: failed === calls ? 'critical' : 'warning',
      recommendation: `${agent} failed in ${failed} of ${calls} calls (${lastReason ?? 'no reason is known'}): ${step('doctor')} looks at it, [masters] names another`,
    }))

const ofTasks = ({ workload, system }: Seen): Recommendation[] => {
  const escalated = workload.events.find(({ type }) => type === 'task.escalated')?.events ?? 0
  const atGate = system.open['gate'] ?? 0
  const about = { type: 'task' as const, subject: '' }
  return [
    ...(escalated > 0
      ? [
          {
            ...about,
            severity: 'warning' as const,
            recommendation: `${count(escalated, 'task was', 'tasks were')} escalated: ${step('list --status failed')} names them, and each says how it is opened again`,
          },
        ]
      : []),
    ...(atGate > 0
      ? [
          {
            ...about,
            severity: 'info' as const,
            recommendation: `${count(atGate, 'task stands', 'tasks stand')} at the gate: ${step('list --status in_progress')} names them, and each says how it is decided on`,
          },
        ]
      : []),
  ]
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`
