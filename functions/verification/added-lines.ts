const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' }

/** A name as git writes it between quotes: with a backslash before what would end it, and for what cannot be seen. */
const unquoted = (name: string): string =>
  name.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  )

/** The numbers of the lines that a change adds, by file, from its unified diff. Pure. */
export const addedLines = (diff: string): ReadonlyMap<string, ReadonlySet<number>> => {
  const added = new Map<string, Set<number>>()
  let [lines, row, left] = [new Set<number>(), 0, 0]
  for (const text of diff.split('\n')) {
    const hunk = left > 0 ? null : /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(text)
    const file = left > 0 || hunk ? null : /^\+\+\+ (?:"b\/(.*)"|b\/(.*?))\t?$/s.exec(text)
    if (file) {
      lines = new Set()
      added.set(file[1] === undefined ? (file[2] ?? '') : unquoted(file[1]), lines)
    } else if (hunk) [row, left] = [Number(hunk[1]), Number(hunk[2] ?? 1)]
    else if (left > 0 && !text.startsWith('-') && !text.startsWith('\\')) {
      if (text.startsWith('+')) lines.add(row)
      row++
      left--
    }
  }
  return added
}
