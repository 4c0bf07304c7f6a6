/** Places for attempts at receivers: a slow one takes its own only, and a crowd is spread over the time that it needs. */

interface Line {
  taken: number
  readonly waiting: Set<() => void>
  /** How long an attempt took of late, in milliseconds. */
  meanMs: number
  /** The time (ms) up to which places were promised to those who were sent away. */
  promisedUntil: number
}

/** What an attempt takes, as long as nobody knows. */
const FIRST_GUESS_MS = 1000
/** Receivers whose pace is remembered while nothing is sent to them. */
const KEPT = 1000

export interface PlacesOptions {
  /** Attempts at one receiver at a time. */
  readonly atOnce: number
  /** Those who may wait for a place, and for how long; the others come again. */
  readonly waiting: number
  readonly patienceMs: number
  /** Those who are sent away come again between these two, in milliseconds. */
  readonly shortestMs: number
  readonly longestMs: number
}

export type Place = { readonly leave: () => void } | { readonly comeAgainMs: number }

export const createPlaces = ({ atOnce, waiting, patienceMs, shortestMs, longestMs }: PlacesOptions) => {
  const lines = new Map<string, Line>()

  const promise = (line: Line): number => {
    const now = Date.now()
    const free = Math.max(line.promisedUntil, now + shortestMs)
    line.promisedUntil = Math.min(free + line.meanMs / atOnce, now + longestMs)
    return Math.round(free - now)
  }
  const occupy = (receiver: string, line: Line): { leave: () => void } => {
    const since = Date.now()
    line.taken++
    const leave = (): void => {
      line.taken--
      line.meanMs = (line.meanMs * 3 + Date.now() - since) / 4
      const [next] = line.waiting
      if (next) next()
      else if (line.taken === 0 && lines.size > KEPT) lines.delete(receiver)
    }
    return { leave }
  }
  const awaitPlace = (receiver: string, line: Line): Promise<Place> =>
    new Promise((resolve) => {
      const settle = (place: Place): void => {
        clearTimeout(timer)
        line.waiting.delete(proceed)
        resolve(place)
      }
      const proceed = (): void => settle(occupy(receiver, line))
      const timer = setTimeout(() => settle({ comeAgainMs: promise(line) }), patienceMs)
      line.waiting.add(proceed)
    })

  /** A place at a receiver, when one gets free soon enough; else how long to stay away, by when one should be free. */
  return async (receiver: string): Promise<Place> => {
    const line: Line = lines.get(receiver) ?? { taken: 0, waiting: new Set(), meanMs: FIRST_GUESS_MS, promisedUntil: 0 }
    lines.set(receiver, line)
    if (line.taken < atOnce) return occupy(receiver, line)
    return line.waiting.size < waiting ? awaitPlace(receiver, line) : { comeAgainMs: promise(line) }
  }
}
