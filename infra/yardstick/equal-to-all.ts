/** How a comparison of a whole begins: with the name of what it is compared with. */
const beginning =
  /\bdef\s{1,4}__(?:eq|ne)__\s{0,4}\(\s{0,8}\w{1,40}\s{0,8},\s{0,8}(\w{1,40})|\b(?:boolean|bool|fun)\s{1,8}[Ee]quals\s{0,4}\(\s{0,8}(?:@\w{1,40}\s{1,8})?(?:final\s{1,8})?(?:(\w{1,40})\s{0,8}:|[\w.?]{1,60}\s{1,8}(\w{1,40}))/
/** Rows in which such a comparison has come to its end. */
const MOST_ROWS = 12

/** Whether the comparison that begins in this row comes to its answer without a look at what it is compared with, as far as the rows are one piece. Pure. */
export const isEqualToAll = (rows: readonly string[], lines: readonly number[], at: number): boolean => {
  const [head = '', ...names] = beginning.exec(rows[at] ?? '') ?? []
  const name = names.find(Boolean)
  if (!name) return false
  const said = new RegExp(`\\b${name}\\b`)
  if (said.test((rows[at] ?? '').slice((rows[at] ?? '').indexOf(head) + head.length))) return false
  for (let next = at + 1; next < at + MOST_ROWS && lines[next] === (lines[at] ?? 0) + next - at; next++) {
    const row = rows[next] ?? ''
    if (said.test(row)) return false
    if (/\breturn\b/.test(row)) return true
  }
  return false
}
