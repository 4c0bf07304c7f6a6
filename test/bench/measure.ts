/** One thing measured twice in one run: our way and the raw client's. */
export interface Result {
  readonly name: string
  readonly unit: 'ms' | 'chains/s'
  readonly ours: number
  readonly raw: number
  /** ours / raw. */
  readonly ratio: number
  /** More to know, in words. */
  readonly note?: string
}

export interface BenchOptions {
  readonly binary: string
  readonly sync: 'always' | 'fast'
  /** Fewer repetitions: shows that everything works, not how fast. */
  readonly quick: boolean
  /** Events in the stream for the cold story. */
  readonly events: number
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  if (sorted.length === 0) throw new RangeError('there is no median of nothing')
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const result = (name: string, unit: Result['unit'], ours: number, raw: number, note?: string): Result => ({
  name,
  unit,
  ours,
  raw,
  ratio: ours / raw,
  ...(note ? { note } : {}),
})

/** Milliseconds of one run. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** Takes turns, so that whatever slows the machine slows both; the first `warmUp` rounds do not count. */
export const takeTurns = async (
  rounds: number,
  warmUp: number,
  ours: (round: number) => Promise<number>,
  raw: (round: number) => Promise<number>,
): Promise<{ ours: number[]; raw: number[] }> => {
  const values: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
  for (let round = 0; round < rounds + warmUp; round++) {
    const first = round % 2 === 0
    const one = await (first ? ours : raw)(round)
    const other = await (first ? raw : ours)(round)
    if (round < warmUp) continue
    values.ours.push(first ? one : other)
    values.raw.push(first ? other : one)
  }
  return values
}
