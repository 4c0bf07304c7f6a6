import type { LaneState } from './catalogue/shared.ts'

/** The story of the browser lane; there is one tab, and so one lane. */
export const BROWSER_LANE = 'lane-browser'

/** The browser lane as people may want to see it. Times are ISO 8601. */
export interface LaneLook {
  /** `unknown` until its worker has reported. */
  readonly state: LaneState | 'unknown'
  readonly reason: string
  readonly since?: string
  readonly until?: string
  readonly site?: string
  /** Questions that wait for it, the one whose turn it is included. */
  readonly waiting: number
  /** How many stand before the question of this task or job; undefined when it has none there. */
  ahead(owner: string): number | undefined
}
