import { createHash } from 'node:crypto'
import { fingerprint, lettersOf } from '../page/in-page/find.ts'
import type { TurnSnapshot } from '../page/snapshot.ts'
import type { SitePack } from '../sites/site-pack.ts'
import type { TurnFile } from './types.ts'

/** What is typed and what is attached for a prompt. */
export interface Composed {
  readonly text: string
  readonly files: readonly TurnFile[]
}

/**
 * A prompt as it goes into the page: typed, or, beyond the pack's limit, attached as a file that the typed line points to.
 * The same prompt always composes the same, so that a lost turn can be recognised.
 */
export const composePrompt = (prompt: string, pack: SitePack): Composed => {
  const text = prompt.replace(/\r\n?/g, '\n').trim()
  if (text.length <= pack.limits.maxPromptCharacters) return { text, files: [] }
  const name = `request-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.md`
  return {
    text: `The whole request stands in the attached file ${name}. Read all of it and answer it as if it were written here.`,
    files: [{ name, contentType: 'text/markdown', bytes: new TextEncoder().encode(text) }],
  }
}

export { lettersOf } from '../page/in-page/find.ts'

/** Whether the beginning of a rendered turn is the beginning of our text. */
export const beginsLike = (rendered: string, text: string): boolean => {
  const wanted = lettersOf(text.slice(0, 120))
  if (wanted === '') return rendered.replace(/\s+/g, '').includes(text.slice(0, 120).replace(/\s+/g, ''))
  return lettersOf(rendered).includes(wanted)
}

/** Whether a field or a turn holds the whole of our text, and nothing else: many prompts begin alike. */
export const isWholeText = (rendered: Pick<TurnSnapshot, 'fingerprint'>, text: string): boolean => {
  const { length, hash } = fingerprint(text)
  return rendered.fingerprint?.length === length && rendered.fingerprint.hash === hash
}

/** Whether a rendered turn clearly has other words than our text; one that shows none, say a picture alone, has not. */
export const contradicts = (rendered: string, text: string): boolean => {
  const shown = lettersOf(rendered)
  return shown !== '' && !shown.includes(lettersOf(text).slice(0, 12))
}
