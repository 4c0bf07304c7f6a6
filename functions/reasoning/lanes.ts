import type { Lane, Purpose } from '../../bus/catalogue/shared.ts'
import type { Config } from '../../infra/config-schema.ts'

/** Which lanes can take work at this moment. */
export type LanesUp = Readonly<Record<Lane, boolean>>

/** The lane for a purpose: the configured one, else the first of the order that is up and did not just fail. Pure. */
export const chooseLane = (
  request: { purpose: Purpose; avoid: readonly Lane[] },
  lanes: Pick<Config['lanes'], 'order' | 'purpose'>,
  up: LanesUp,
): Lane | undefined => {
  const fixed = lanes.purpose[request.purpose]
  const candidates = [...(fixed ? [fixed] : []), ...lanes.order].filter((lane) => up[lane])
  return candidates.find((lane) => !request.avoid.includes(lane)) ?? candidates[0]
}
