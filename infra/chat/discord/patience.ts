/** Pauses between attempts that double while they fail. */
export interface Patience {
  /** Milliseconds until the next attempt. */
  next(): number
  /** The pauses begin anew. */
  reset(): void
  /** Whether several attempts have failed by now. */
  isLong(): boolean
}

/** Discord takes a bot's token away that begins 1,000 sessions a day: the longest pause makes 720. Milliseconds. */
const FIRST_MS = 500
const LONGEST_MS = 120_000
const LONG_MS = 4000

export const patience = (): Patience => {
  let pauseMs = FIRST_MS
  return {
    next: () => {
      const now = pauseMs
      pauseMs = Math.min(LONGEST_MS, pauseMs * 2)
      return now
    },
    reset: () => {
      pauseMs = FIRST_MS
    },
    isLong: () => pauseMs > LONG_MS,
  }
}
