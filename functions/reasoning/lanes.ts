import type { Lane, Purpose } from '../../bus/catalogue/shared.ts'
import type { Config } from '../../infra/config-schema.ts'
import type { Services } from '../../infra/services.ts'

/** Which lanes can take work at this moment. */
export type LanesUp = Readonly<Record<Lane, boolean>>

/** The lanes that are up for a question. No browser worker reports a lane yet: it counts as down until one does. Pure. */
export const lanesUp = (question: { agent: string; purpose: Purpose }, services: Pick<Services, 'agents' | 'model'>): LanesUp => ({
  browser: false,
  cli: services.agents.has(question.agent, question.purpose),
  api: services.model.configured,
})

/** The lanes that may take a purpose, best first: the configured one, then those of the order, as far as they are up. Pure. */
export const lanesFor = (purpose: Purpose, lanes: Pick<Config['lanes'], 'order' | 'purpose'>, up: LanesUp): Lane[] => {
  const fixed = lanes.purpose[purpose]
  return [...new Set([...(fixed ? [fixed] : []), ...lanes.order])].filter((lane) => up[lane])
}

/** The lane for a question: the first that did not just fail, else the first. Pure. */
export const chooseLane = (
  request: { purpose: Purpose; avoid: readonly Lane[] },
  lanes: Pick<Config['lanes'], 'order' | 'purpose'>,
  up: LanesUp,
): Lane | undefined => {
  const candidates = lanesFor(request.purpose, lanes, up)
  return candidates.find((lane) => !request.avoid.includes(lane)) ?? candidates[0]
}
