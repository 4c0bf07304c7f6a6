import { lettersOf } from './prompt-text.ts'

export interface Chosen {
  readonly markdown: string
  readonly note?: string
}

/** How much of the shorter text's words stands in the longer one, from 0 to 1. */
const overlap = (one: string, other: string): number => {
  const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const [short, long] = [words(one), words(other)].sort((left, right) => left.length - right.length)
  const known = new Set(long)
  return short && short.length > 0 ? short.filter((word) => known.has(word)).length / short.length : 0
}

/**
 * The better of two readings of one answer: what the copy action gave and what the rendered HTML says. The copy is the page's own Markdown
 * and wins unless it lacks a tenth of the text or is of another turn; an answer that is blank on the page is taken from the copy alone.
 */
export const chooseMarkdown = (copied: string | null, rendered: string): Chosen => {
  const copy = copied?.trim() ?? ''
  if (copy === '') return { markdown: rendered }
  if (rendered === '') return { markdown: copy, note: 'the page showed no text; it is from the copy action' }
  const [copyLetters, pageLetters] = [lettersOf(copy).length, lettersOf(rendered).length]
  if (overlap(copy, rendered) < 0.6) {
    return { markdown: rendered, note: 'the copy action gave another text than the page shows; the page was believed' }
  }
  if (copyLetters < 0.9 * pageLetters)
    return { markdown: rendered, note: 'the copy action gave less than the page shows; the page was believed' }
  return { markdown: copy }
}
