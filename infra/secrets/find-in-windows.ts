import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Found } from './found.ts'

/** Characters. A look at so many takes some 15 ms. */
const WINDOW = 32 * 1024
/** No secret that is looked for is longer. */
const OVERLAP = 24 * 1024
/** What begins here stood whole in the piece before, with what is in front of it: a name may tell that a value is none. */
const SEEN = 512

/**
 * Looks at a long text by pieces, between which everything else in this process goes on. They overlap, so that a secret stands whole in
 * one of them; what two of them found may be told twice.
 */
export const findInWindows = async (text: string, find: (text: string) => Promise<Found[]>): Promise<Found[]> => {
  const found: Found[] = []
  for (let at = 0; at === 0 || at + OVERLAP < text.length; at += WINDOW) {
    if (at > 0) await othersTurn()
    const inside = await find(text.slice(at, at + WINDOW + OVERLAP))
    const fresh = inside.filter(({ start, end }) => at === 0 || start >= SEEN || end > OVERLAP)
    for (const each of fresh) found.push({ ...each, start: each.start + at, end: each.end + at })
  }
  return found
}
