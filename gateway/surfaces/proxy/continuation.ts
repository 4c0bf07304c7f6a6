/** A text without what Markdown does not mean: each character and where it ends in the source. */
interface Canonical {
  readonly text: string
  readonly ends: readonly number[]
}

const fenceOf = (line: string): string | undefined => /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
const closes = (line: string, fence: string): boolean => line.trim().startsWith(fence) && /^(`+|~+)$/.test(line.trim())

/**
 * Two ways of writing the same Markdown become one: runs of white space, escapes, the marks of lists, with or without emphasis. Code in
 * fences stays as it is, character by character.
 */
const canonical = (source: string): Canonical => {
  const characters: string[] = []
  const ends: number[] = []
  const push = (character: string, end: number): void => {
    if (character === ' ' && (characters.length === 0 || /\s/.test(characters.at(-1) ?? ''))) return
    characters.push(character)
    ends.push(end)
  }
  // A mark that closes belongs to what it closes: it must not stand alone at the beginning of the rest.
  const closing = (): void => {
    if (ends.length > 0 && !/\s/.test(characters.at(-1) ?? '')) ends[ends.length - 1] = (ends.at(-1) ?? 0) + 1
  }
  const verbatim = (line: string, from: number): void => {
    for (let at = 0; at < line.length; at += 1) {
      characters.push(line[at] ?? '')
      ends.push(from + at + 1)
    }
  }
  let fence: string | undefined
  let from = 0
  for (const line of source.split(/(?<=\n)/)) {
    const opened = fence ? undefined : fenceOf(line)
    if (fence || opened) verbatim(line, from)
    else loose(line, (character, end) => push(character, from + end), closing)
    if (fence && closes(line, fence)) fence = undefined
    else fence ??= opened
    from += line.length
  }
  return { text: characters.join(''), ends }
}

const loose = (line: string, push: (character: string, end: number) => void, closing: () => void): void => {
  const bullet = /^\s*[-*+](?=\s)/.exec(line)?.[0].length ?? 0
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? ''
    if (/\s/.test(character)) push(' ', at + 1)
    else if (at === bullet - 1) push('-', at + 1)
    else if (character === '\\' && /[!-/:-@[-`{-~]/.test(line[at + 1] ?? '')) continue
    // Some pages show emphasis by a class alone, which leaves no mark.
    else if (/[*_]/.test(character)) closing()
    else push(character, at + 1)
  }
}

/**
 * What must follow `shown` so that both together say `whole`; undefined when `shown` says something else already.
 * They may differ in how the Markdown is written, never in what it says.
 */
export const continuation = (shown: string, whole: string): string | undefined => {
  if (whole.startsWith(shown)) return whole.slice(shown.length)
  const said = canonical(shown).text.trimEnd()
  const all = canonical(whole)
  if (!all.text.startsWith(said)) return undefined
  const rest = said === '' ? whole : whole.slice(all.ends[said.length - 1])
  const tail = /\s*$/.exec(shown)?.[0] ?? ''
  if (tail === '' || rest === '') return rest
  const head = /^\s*/.exec(rest)?.[0] ?? ''
  if (head === '') return undefined
  // White space that was shown already is not repeated; an indentation belongs to what follows.
  return head.startsWith(tail) ? rest.slice(tail.length) : head.slice(head.lastIndexOf('\n') + 1) + rest.slice(head.length)
}
