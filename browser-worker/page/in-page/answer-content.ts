/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ReaderInput } from '../snapshot.ts'
import { findAll, renderedText } from './find.ts'
import { answerParts, foreignIn, turnElements, turnTexts, unframed } from './read-turns.ts'

/** The answer of the turn at an index as the page renders it; null when there is no such turn any more. */
export function answerContent({ input, index }: { input: ReaderInput; index: number }): { html: string; text: string } | null {
  const turn = turnElements(input)[index]
  if (!turn) return null
  const parts = answerParts(turn.elements, input) as HTMLElement[]
  return {
    html: parts.map((part) => unframed(part, input).outerHTML).join('\n'),
    text: parts
      .map((part) => (findAll(foreignIn(input), part).length > 0 ? turnTexts(turn, [part], input).join() : renderedText(part)).trim())
      .join('\n\n'),
  }
}

/** The answer so far without its last top-level block, which may still grow. */
export function completedHtml({ input, index }: { input: ReaderInput; index: number }): string {
  const turn = turnElements(input)[index]
  if (!turn) return ''
  const copies = answerParts(turn.elements, input).map((part) => unframed(part, input))
  let holder: Element | undefined = copies.at(-1)
  while (holder?.children.length === 1 && holder.firstElementChild?.tagName === 'DIV') holder = holder.firstElementChild
  holder?.lastElementChild?.remove()
  return copies.map((part) => part.outerHTML).join('\n')
}
