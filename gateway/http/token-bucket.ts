/** How many requests one name may still send. */
export interface TokenBuckets {
  /** Takes one; milliseconds until there is one again when there is none, else 0. */
  take(name: string, now: number): number
}

const KEPT = 10_000

/** A full bucket holds a minute's worth, so that many may come at once, and fills evenly. Pure but for its memory. */
export const tokenBuckets = (perMinute: number): TokenBuckets => {
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    take: (name, now) => {
      const { left, at } = buckets.get(name) ?? { left: perMinute, at: now }
      const filled = Math.min(perMinute, left + ((now - at) * perMinute) / 60_000)
      buckets.delete(name)
      const isEmpty = filled < 1
      buckets.set(name, { left: isEmpty ? filled : filled - 1, at: now })
      const [oldest] = buckets.keys()
      if (buckets.size > KEPT && oldest !== undefined) buckets.delete(oldest)
      return isEmpty ? Math.ceil(((1 - filled) * 60_000) / perMinute) : 0
    },
  }
}
