import type { Catalogue } from './define-event.ts'
import type { FactOf } from './envelope.ts'

/** What the runtime reads of a story's state; what else it says is the product's business. */
export interface StoryState {
  readonly id: string
  /** Highest sequence of its facts: what a guard compares. 0 when there are none. */
  readonly sequence: number
  /** Where it stands, for people. */
  readonly phase: string
  /** Sequence at which its present run began: 0 for the first. What was decided before it does not count any more. */
  readonly runSince: number
  /** Present once it has ended. */
  readonly end?: object
}

/** The types of facts that begin a story, end it and open it again. */
export interface StoryTypes {
  readonly begins: string
  readonly ends: readonly string[]
  readonly reopens: readonly string[]
}

/** What the facts of a story mean: its types, and its state as a fold over them. Pure. */
export interface StoryModel<State extends StoryState> extends StoryTypes {
  initial(id: string): State
  /** The state after one more fact. A type it does not know changes nothing. */
  evolve(state: State, fact: FactOf<Catalogue>): State
}
