/** One line of a change, with its sign. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'place' | 'same' | 'note'
  readonly text: string
}
export interface DiffFile {
  readonly name: string
  readonly added: number
  readonly removed: number
  readonly lines: readonly DiffLine[]
}

/** A unified diff of git by its files. A piece that begins in the middle of a file has that file without a name first. Pure. */
export const filesOf = (diff: string): DiffFile[] => {
  const files: { name: string; lines: DiffLine[]; inHunk: boolean }[] = []
  for (const text of diff.replace(/\n$/, '').split('\n')) {
    const named = /^diff --git (?:"?a\/.*?"?) "?b\/(.*?)"?$/.exec(text)
    if (named) files.push({ name: named[1] ?? '', lines: [], inHunk: false })
    else {
      if (files.length === 0)
        files.push({ name: '', lines: [], inHunk: !/^(?:index|---|\+\+\+|new|old|deleted|similarity|rename) /.test(text) })
      const file = files.at(-1)
      if (!file) continue
      if (text.startsWith('@@')) file.inHunk = true
      file.lines.push({ kind: kindOf(text, file.inHunk), text })
    }
  }
  return files
    .filter(({ name, lines }) => name !== '' || lines.some(({ text }) => text !== ''))
    .map(({ name, lines }) => ({ name, lines, added: count(lines, 'added'), removed: count(lines, 'removed') }))
}

const kindOf = (text: string, inHunk: boolean): DiffLine['kind'] => {
  if (text.startsWith('@@')) return 'place'
  if (!inHunk || text.startsWith('\\')) return 'note'
  if (text.startsWith('+')) return 'added'
  return text.startsWith('-') ? 'removed' : 'same'
}

const count = (lines: readonly DiffLine[], kind: DiffLine['kind']): number => lines.filter((one) => one.kind === kind).length

/** What of a long text is shown at once: whole lines where that is possible, and where the rest begins. */
export const cutAtLine = (text: string, most: number): { readonly shown: string; readonly rest: boolean } => {
  if (text.length <= most) return { shown: text, rest: false }
  const end = text.lastIndexOf('\n', most)
  return { shown: text.slice(0, end > most / 2 ? end + 1 : most), rest: true }
}
