/** The newest entries of an endless list that many read, each at its own pace and with no memory but its place. */
export interface Recent<Entry> {
  /** Where the next entry will stand. */
  readonly end: () => number
  add(entry: Entry, bytes: number): void
  /** What stands from there on; undefined when some of it is gone. */
  since(place: number): readonly Entry[] | undefined
}

/** Keeps so many entries of so many bytes at most. */
export const keepRecent = <Entry>(limit: { readonly entries: number; readonly bytes: number }): Recent<Entry> => {
  const kept: { readonly entry: Entry; readonly bytes: number }[] = []
  let [first, total] = [0, 0]
  return {
    end: () => first + kept.length,
    add: (entry, bytes) => {
      kept.push({ entry, bytes })
      total += bytes
      while (kept.length > limit.entries || (total > limit.bytes && kept.length > 1)) {
        total -= kept.shift()?.bytes ?? 0
        first++
      }
    },
    since: (place) => (place < first ? undefined : kept.slice(place - first).map(({ entry }) => entry)),
  }
}
