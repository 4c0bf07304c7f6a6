/** How far a reader of a stream has come, and who waits for it. */
export interface Progress {
  /** The last sequence that was passed. */
  readonly position: () => number
  /** How many wait. */
  readonly waiting: () => number
  /** Tells that this sequence was passed. */
  pass(sequence: number): void
  /** Resolves when that sequence was passed. Throws when it takes longer than `withinMs`. */
  reach(sequence: number, withinMs: number): Promise<void>
}

interface Waiter {
  readonly sequence: number
  readonly resolve: () => void
}

export const startProgress = (): Progress => {
  let passed = 0
  let waiters: Waiter[] = []
  return {
    position: () => passed,
    waiting: () => waiters.length,
    pass: (sequence) => {
      passed = sequence
      if (waiters.length === 0) return
      const reached = waiters.filter((waiter) => waiter.sequence <= passed)
      if (reached.length === 0) return
      waiters = waiters.filter((waiter) => waiter.sequence > passed)
      for (const waiter of reached) waiter.resolve()
    },
    reach: (sequence, withinMs) => {
      if (sequence <= passed) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          sequence,
          resolve: () => {
            clearTimeout(timer)
            resolve()
          },
        }
        const timer = setTimeout(() => {
          waiters = waiters.filter((other) => other !== waiter)
          reject(new Error(`event ${sequence} has not been taken in within ${withinMs / 1000} s (the last one was ${passed})`))
        }, withinMs)
        waiters.push(waiter)
      })
    },
  }
}
