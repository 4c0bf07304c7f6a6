import type { Lane } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import { BROWSER_LANE } from '../../domain/lane.ts'
import { defineFunction } from '../define-function.ts'
import { lanesFor, lanesUp, reportOf } from './lanes.ts'

type Unanswered = Fact<'plan.unanswered' | 'review.unanswered' | 'answer.unanswered'>['data']

/** Asks again after silence: later if that may help, over another lane if there is one; else the question goes to a person or another reviewer. */
export default defineFunction({
  on: ['plan.unanswered', 'review.unanswered', 'answer.unanswered'],
  emits: ['reasoning.requested', 'review.unavailable', 'task.escalated'],
  timeout: '30s',
  retry: { attempts: 5, backoff: ['1s', '10s', '1m'] },
  handler: async ({ event, state, say, later, services, latest }) => {
    const task = await state()
    const { data } = event
    const browser = services.config.lanes.browser && (await latest('lane.changed', BROWSER_LANE))
    const up = lanesUp(data, services, reportOf(browser || undefined, event.time))
    const next = afterSilence(data, lanesFor(data.purpose, services.config.lanes, up), event.time)
    if (next.kind === 'again') return [later(new Date(Date.parse(event.time) + next.afterMs), 'reasoning.requested', next.request)]
    const attempt = task.rounds.at(-1)?.attempt
    // Who is not there cannot be said to have stayed silent.
    const reason = data.code === 'missing' ? data.reason : `${data.agent} gave no ${data.purpose} (${data.code}): ${data.reason}`
    return data.purpose === 'review' && attempt
      ? [say('review.unavailable', { attempt, reviewer: data.agent, reason })]
      : [say('task.escalated', { reason, class: data.code })]
  },
})

const RETRIES = 2
const PAUSES_MS = [2000, 20_000]

/**
 * What follows silence: the same question later or over another lane, or nobody is left. A lane that says how long it will be
 * away is not waited for while there is another. Pure.
 */
export const afterSilence = (
  data: Pick<Unanswered, 'retryable' | 'lane' | 'request' | 'until'>,
  lanes: readonly Lane[],
  now: string,
): { kind: 'again'; afterMs: number; request: Unanswered['request'] } | { kind: 'exhausted' } => {
  const { request } = data
  const avoid = [...new Set([...request.avoid, data.lane])]
  const left = lanes.filter((lane) => !avoid.includes(lane))
  const awayMs = data.until ? Math.max(0, Date.parse(data.until) - Date.parse(now)) : 0
  if (data.retryable && request.retries < RETRIES && (awayMs === 0 || left.length === 0)) {
    const afterMs = Math.max(awayMs, PAUSES_MS[request.retries] ?? 20_000)
    return { kind: 'again', afterMs, request: { ...request, retries: request.retries + 1 } }
  }
  return left.length > 0 ? { kind: 'again', afterMs: 0, request: { ...request, retries: 0, avoid } } : { kind: 'exhausted' }
}
