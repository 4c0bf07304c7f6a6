/**
 * Reads a unified diff as git prints it.
 * @typedef {{ file: string, lines: { number: number, text: string, added: boolean }[] }} FileDiff the file's new lines that the diff shows
 */

const unquote = (name) =>
  name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\') : name
const withoutPrefix = (name) => unquote(name.replace(/\t$/, '')).replace(/^[ab]\//, '')

/**
 * Names of the files a header speaks of: both sides of a rename or deletion.
 * @param {string} line
 */
function headerFile(line) {
  const side = /^(?:---|\+\+\+) (.+)$/.exec(line)
  if (side) return side[1] === '/dev/null' ? null : withoutPrefix(side[1])
  const moved = /^(?:rename|copy) (?:from|to) (.+)$/.exec(line)
  if (moved) return unquote(moved[1])
  const same = /^diff --git (?:a\/(.+) b\/\1|"a\/(.+)" "b\/\2")$/.exec(line)
  return same ? (same[1] ?? same[2]) : null
}

/**
 * @param {string} text
 * @returns {FileDiff[]} every file the diff touches, once
 */
export function readDiff(text) {
  /** @type {Map<string, FileDiff>} */
  const files = new Map()
  let current
  let left = { old: 0, new: 0 }
  let number = 0
  for (const line of text.split('\n')) {
    if (left.old > 0 || left.new > 0) {
      const [mark] = line
      if (mark === '\\') continue
      if (mark !== '-') current?.lines.push({ number: number++, text: line.slice(1), added: mark === '+' })
      left = { old: left.old - (mark === '+' ? 0 : 1), new: left.new - (mark === '-' ? 0 : 1) }
      continue
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (hunk) {
      left = { old: Number(hunk[1] ?? 1), new: Number(hunk[3] ?? 1) }
      number = Number(hunk[2])
      continue
    }
    const file = headerFile(line)
    if (file === null) continue
    current = files.get(file) ?? { file, lines: [] }
    files.set(file, current)
  }
  return [...files.values()]
}
