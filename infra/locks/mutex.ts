/** Runs the given work for one key after another; different keys run side by side. In this process only. */
export type Exclusively = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

export function createMutex(): Exclusively {
  const tails = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (tails.get(key) === mine) tails.delete(key)
    }
  }
}
