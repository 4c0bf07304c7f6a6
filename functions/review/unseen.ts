/** A part of a change that its diff does not show to a reader. */
export interface Unseen {
  readonly file: string
  readonly why: string
}

/** Characters of a line that somebody reads to its end. */
const LONGEST_LINE = 5000

/** What of a change nobody can judge by its diff: binary files, each with the hash of its content, and lines too long to read. Pure. */
export const unseenIn = (diff: string): Unseen[] => {
  const found: Unseen[] = []
  let [file, hash, inHunk] = ['', '', false]
  for (const text of diff.split('\n')) {
    const named = inHunk && !text.startsWith('diff --git ') ? null : /^diff --git .* "?b\/(.*?)"?$/.exec(text)
    if (named) [file, hash, inHunk] = [named[1] ?? '', '', false]
    else if (text.startsWith('@@')) inHunk = true
    hash = (inHunk ? undefined : /^index [0-9a-f]+\.\.([0-9a-f]+)/.exec(text)?.[1]) ?? hash
    if (!inHunk && /^Binary files .* differ$/.test(text)) found.push({ file, why: `binary, content ${hash}` })
    if (inHunk && text.length > LONGEST_LINE && found.at(-1)?.file !== file)
      found.push({ file, why: `a line of ${text.length} characters` })
  }
  return found
}
