import type { Lane, LaneState, Purpose } from '../../domain/catalogue/shared.ts'
import type { AgentRun, Services } from '../ports.ts'
import type { LaneSettings } from '../settings.ts'

/** As what an agent is asked: what is learned from a task is an answer, too. Pure. */
export const roleFor = (purpose: Purpose): AgentRun['role'] => (purpose === 'plan' || purpose === 'review' ? purpose : 'answer')

/** What the browser lane last reported, and for how many milliseconds that has been so. */
export interface BrowserReport {
  readonly state: LaneState
  readonly forMs: number
}

/** The newest report at a moment. Pure. */
export const reportOf = (change: { readonly data: { readonly state: LaneState }; readonly time: string } | undefined, now: string) =>
  change && { state: change.data.state, forMs: Date.parse(now) - Date.parse(change.time) }

/** A lane that is only starting anew is back sooner. */
const DEGRADED_MS = 120_000
const isParked = ({ state, forMs }: BrowserReport): boolean => PARKED.includes(state) || (state === 'degraded' && forMs > DEGRADED_MS)

/** Which lanes can take work at this moment. */
export type LanesUp = Readonly<Record<Lane, boolean>>

/** Only a person can open these lanes again: what has another lane goes there. */
const PARKED: readonly LaneState[] = ['auth_required', 'challenge']

/**
 * The lanes that are up for a question. A configured browser lane that has not reported yet is starting, and one that cools
 * down comes back by itself: both count as up. One that has been degraded for long, its worker gone perhaps, does not. Pure.
 */
export const lanesUp = (
  question: { agent: string; purpose: Purpose },
  services: {
    readonly agents: Services['agents']
    readonly model: Services['model']
    readonly config: { readonly lanes: LaneSettings }
  },
  browser: BrowserReport | undefined,
): LanesUp => ({
  browser: services.config.lanes.browser !== undefined && !(browser && isParked(browser)),
  cli: question.purpose !== 'chat' && services.agents.has(question.agent, roleFor(question.purpose)),
  api: question.purpose !== 'chat' && services.model.configured,
})

/** The lanes that may take a purpose, best first: the configured one, then those of the order, as far as they are up. Pure. */
export const lanesFor = (purpose: Purpose, lanes: Pick<LaneSettings, 'order' | 'purpose'>, up: LanesUp): Lane[] => {
  const fixed = lanes.purpose[purpose]
  return [...new Set([...(fixed ? [fixed] : []), ...lanes.order])].filter((lane) => up[lane])
}

/**
 * The lane for a question: the first that did not just fail, else the first. Where none is up, a configured browser lane
 * keeps the question until a person has opened it again. Pure.
 */
export const chooseLane = (request: { purpose: Purpose; avoid: readonly Lane[] }, lanes: LaneSettings, up: LanesUp): Lane | undefined => {
  const candidates = lanesFor(request.purpose, lanes, up)
  const parked = lanes.browser && (request.purpose === 'chat' || lanes.order.includes('browser')) ? 'browser' : undefined
  return candidates.find((lane) => !request.avoid.includes(lane)) ?? candidates[0] ?? parked
}
