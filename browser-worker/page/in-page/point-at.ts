/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ReaderInput } from '../snapshot.ts'
import { copyButtons } from './copy-answer.ts'
import { answerParts, turnElements } from './read-turns.ts'

/** Where the mouse finds the answer of a turn, or its copy action, once it is there; null when it does not come in time. */
export async function pointAt(options: {
  input: ReaderInput
  index: number
  what: 'answer' | 'copy'
  waitMs: number
}): Promise<{ x: number; y: number } | null> {
  const { input, index, what, waitMs } = options
  const find = () =>
    (what === 'copy' ? copyButtons({ input, index }) : answerParts(turnElements(input)[index]?.elements ?? [], input)).at(-1)
  for (const end = Date.now() + waitMs; !find() && Date.now() < end; ) await new Promise((go) => setTimeout(go, 25))
  const target = find()
  if (!target) return null
  target.scrollIntoView({ block: 'center', behavior: 'instant' })
  const { left, top, width, height } = target.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2 }
}
