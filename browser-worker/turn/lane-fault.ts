import { step } from '../../bus/next-steps.ts'
import type { PageState } from '../page/classify-page.ts'
import { type SentState, TurnFault } from './types.ts'

/** What a page that is not ready means for the turn: the lane is unavailable, or the page is none that the pack knows. */
export const laneFault = ({ state, reason, until }: PageState, sent: SentState): TurnFault => {
  if (state === 'unknown' || state === 'ready') {
    return new TurnFault('PAGE_UNKNOWN', `${reason}: does the site pack still fit? \`${step('doctor --site')}\` counts its hits`, {
      sent,
      lane: { state: 'degraded', reason },
    })
  }
  return new TurnFault('LANE_UNAVAILABLE', reason, { sent, retryable: true, lane: { state, reason, ...(until ? { until } : {}) } })
}
