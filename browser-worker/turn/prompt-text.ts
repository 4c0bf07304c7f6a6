import { createHash } from 'node:crypto'
import type { SitePack } from '../site-pack.ts'
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

/** Letters and digits alone: pages render blanks, markup and punctuation in their own ways. */
export const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()

/** Whether the beginning of a rendered turn is the beginning of our text. */
export const beginsLike = (rendered: string, text: string): boolean => {
  const wanted = lettersOf(text.slice(0, 120))
  if (wanted === '') return rendered.replace(/\s+/g, '').includes(text.slice(0, 120).replace(/\s+/g, ''))
  return lettersOf(rendered).includes(wanted)
}
