import type { Catalogue } from '../define-event.ts'
import type { Hearings } from '../jetstream/provision-consumers.ts'
import type { StoryState } from '../story-model.ts'
import type { RuntimeParts } from './context.ts'
import type { Ticker } from './ticker.ts'

/** What a function does at this moment, in this process. */
export interface RunningFunction {
  readonly fn: string
  /** Id of the story it works for. */
  readonly story: string
  readonly since: string
  readonly attempt: number
  /** Why it is held and until when, while it waits for another try in place. */
  readonly held?: string
}

/** A message in flight, for who looks and for ending it. */
export interface InFlight extends RunningFunction {
  held?: string
  readonly abort: AbortController
}

/** What one runtime delivers with: what it was started with, and what is in flight. */
export interface Deliverer<C extends Catalogue, T extends StoryState, S> {
  readonly parts: RuntimeParts<C, T, S>
  readonly ticker: Ticker
  readonly inFlight: Set<InFlight>
  /** Deliveries after which the server gives up on a message. */
  readonly maxDeliver: number
  /** What each function hears by its durable. */
  readonly hearings: () => Hearings
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal
  /** Aborts when this process takes no more messages: what only waits for another try here is given back. */
  readonly pausing: () => AbortSignal
  /** Aborts when the store that the messages of now come from is lost: there is nobody left to acknowledge them to. */
  readonly storeLost: () => AbortSignal
}
