import type { Catalogue } from '../define-event.ts'
import type { Surroundings } from './context.ts'
import type { Ticker } from './ticker.ts'

/** A message in flight, for `cortex status` and for ending it. */
export interface InFlight {
  readonly fn: string
  readonly task: string
  readonly since: string
  attempt: number
  /** Why it is held and until when, while it waits for another try in place. */
  held?: string
  readonly abort: AbortController
}

export interface Worker<C extends Catalogue, S> {
  readonly surroundings: Surroundings<C, S>
  readonly ticker: Ticker
  readonly inFlight: Set<InFlight>
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
  /** Aborts when the store that the messages of now come from is lost: there is nobody left to tell a verdict. */
  readonly storeLost: () => AbortSignal
}
