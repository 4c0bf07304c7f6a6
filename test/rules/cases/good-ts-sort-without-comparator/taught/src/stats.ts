export function median(values: number[]): number {
  const ordered = [...values].sort()
  return ordered[Math.floor(ordered.length / 2)]
}
