const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A duration in words, such as "30s", "5m" or "24h". */
export type Duration = `${number}${keyof typeof UNITS}`

/** Those that were read before: each delivery asks for the same few, which declarations name. */
const known = new Map<string, number>()

/** Milliseconds of a duration. Throws a RangeError for anything else. */
export const milliseconds = (duration: string): number => {
  const there = known.get(duration)
  if (there !== undefined) return there
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(duration)
  if (!match) throw new RangeError(`"${duration}" is no duration; write "30s", "5m" or "24h"`)
  const read = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
  known.set(duration, read)
  return read
}
