/** What a change adds to a file: the text of its new lines, and the number that each has in the new file. */
export interface Added {
  readonly file: string
  readonly text: string
  readonly lines: readonly number[]
}

const NEW_FILE = /^(?:diff --git .*|\+\+\+) "?b\/(.*?)"?\t?$/

/** The new lines of a unified diff, by file, and everything that it takes away. Zeros of wide characters are left out. Pure. */
export const addedBy = (diff: string): { added: Added[]; removed: string } => {
  const added: { file: string; text: string[]; lines: number[] }[] = []
  const removed: string[] = []
  let [line, inHunk] = [0, false]
  for (const text of diff.replaceAll('\0', '').split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text)
    const begins = text.startsWith('diff --git ')
    if (begins) {
      inHunk = false
      added.push({ file: '', text: [], lines: [] })
    }
    const last = added.at(-1)
    if (hunk) [line, inHunk] = [Number(hunk[1]), true]
    else if (!inHunk && last) last.file = NEW_FILE.exec(text)?.[1] ?? last.file
    else if (text.startsWith('+')) {
      last?.text.push(text.slice(1))
      last?.lines.push(line++)
    } else if (text.startsWith('-')) removed.push(text.slice(1))
    else if (text.startsWith(' ')) line++
  }
  return { added: added.map((each) => ({ ...each, text: each.text.join('\n') })), removed: removed.join('\n') }
}
