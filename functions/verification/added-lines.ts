/** The numbers of the lines that a change adds, by file, from its unified diff. Pure. */
export const addedLines = (diff: string): ReadonlyMap<string, ReadonlySet<number>> => {
  const added = new Map<string, Set<number>>()
  let [lines, row, left] = [new Set<number>(), 0, 0]
  for (const text of diff.split('\n')) {
    const hunk = left > 0 ? null : /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(text)
    const file = left > 0 || hunk ? null : /^\+\+\+ (?:"b\/(.*)"|b\/(.*?))\t?$/.exec(text)
    if (file) {
      lines = new Set()
      added.set(file[1] ?? file[2] ?? '', lines)
    } else if (hunk) [row, left] = [Number(hunk[1]), Number(hunk[2] ?? 1)]
    else if (left > 0 && !text.startsWith('-') && !text.startsWith('\\')) {
      if (text.startsWith('+')) lines.add(row)
      row++
      left--
    }
  }
  return added
}
