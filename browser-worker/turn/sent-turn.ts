import type { TurnSnapshot } from '../page/snapshot.ts'
import { ownTurn } from './commit-proof.ts'
import type { TurnPlace } from './types.ts'

/** A sent turn as it is waited for. */
export interface Sent {
  /** What was typed. */
  readonly text: string
  readonly place: TurnPlace
  /** Milliseconds since 1970. */
  readonly sentAt: number
  /** The page has taken this turn itself, so it shows whether the turn is at work. */
  readonly isLive: boolean
}

/** Our turn in a look: by its own id, else by its text, else by where it was. */
export const locateOwn = (turns: readonly TurnSnapshot[], { place, text }: Pick<Sent, 'place' | 'text'>): TurnSnapshot | undefined =>
  turns.findLast(({ id, role }) => role === 'user' && id !== '' && id === place.turnId) ??
  ownTurn(turns, text, place.baseline) ??
  turns.find(({ index, role }) => role === 'user' && index === place.baseline)
