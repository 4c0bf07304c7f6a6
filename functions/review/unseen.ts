/** A part of a change that its diff does not show to a reader. */
export interface Unseen {
  readonly file: string
  readonly why: string
}

/** Characters of a line that somebody reads to its end. */
const LONGEST_LINE = 5000

/** Why nobody can read a line; bytes that are no UTF-8 are written out in it (`infra/git/diff.ts`), and a few are an old text's umlauts. */
const whyUnreadable = (line: string): string | undefined => {
  if (line.length > LONGEST_LINE) return `a line of ${line.length} characters`
  const bytes = line.match(/\\byte\{[89A-F][0-9A-F]\}/g)?.length ?? 0
  return bytes >= 20 && bytes * '\\byte{FF}'.length > line.length / 2 ? `a line with ${bytes} bytes that are no UTF-8` : undefined
}

/**
 * What of a change nobody can judge by its diff: binary files, each with the hash of its content, lines too long to read, and those that
 * are no UTF-8. Pure.
 */
export const unseenIn = (diff: string): Unseen[] => {
  const found: Unseen[] = []
  let [file, hash, inHunk] = ['', '', false]
  for (const text of diff.split('\n')) {
    const named = inHunk && !text.startsWith('diff --git ') ? null : /^diff --git .* "?b\/(.*?)"?$/.exec(text)
    if (named) [file, hash, inHunk] = [named[1] ?? '', '', false]
    else if (text.startsWith('@@')) inHunk = true
    hash = (inHunk ? undefined : /^index [0-9a-f]+\.\.([0-9a-f]+)/.exec(text)?.[1]) ?? hash
    if (!inHunk && /^Binary files .* differ$/.test(text)) found.push({ file, why: `binary, content ${hash}` })
    const why = inHunk && found.at(-1)?.file !== file ? whyUnreadable(text) : undefined
    if (why !== undefined) found.push({ file, why })
  }
  return found
}
