import type { Disk } from '../../../functions/ports.ts'
import type { Views } from '../../../functions/views/start-views.ts'
import type { Refusals } from '../../http/refusals.ts'

/** What the operator's API tells beside what the operations do. */
export interface OperatorNeeds {
  readonly views: Pick<Views, 'dispatches' | 'workload' | 'health'>
  /** Resolves when the bus answers. */
  readonly ping: () => Promise<unknown>
  /** What the door stores, and whether it takes what anybody publishes. */
  readonly door: () => Promise<{ readonly bytes: number; readonly isOpen: boolean }>
  readonly disk: Disk
  readonly refusals: Pick<Refusals, 'all'>
  /** When the process began to listen. */
  readonly startedAt: Date
  /** The version in package.json. */
  readonly version: string
}
