/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ReaderInput } from '../snapshot.ts'
import { findFirst, holds } from './find.ts'

/** Which of the file inputs suits attachments best: in the composer's form, for many files, not for images alone. -1: there is none. */
export function bestFileInput({ input, onlyImages }: { input: ReaderInput; onlyImages: boolean }): number {
  const all = [...document.querySelectorAll<HTMLInputElement>('input[type=file]')]
  const named = findFirst(input.selectors['fileInput'] ?? [], document)
  const forms = findFirst(input.selectors['composerForm'] ?? [], document)
  const composers = input.selectors['composer'] ?? []
  const score = (one: HTMLInputElement) => {
    const isForImages = one.accept !== '' && one.accept.split(',').every((kind) => kind.trim().startsWith('image/'))
    if ((isForImages && !onlyImages) || one.disabled) return -1
    const isNear = forms.some((form) => form.contains(one)) || (one.form !== null && holds(one.form, composers))
    return (named.includes(one) ? 8 : 0) + (isNear ? 4 : 0) + (one.multiple ? 2 : 0) + 1
  }
  const best = all.map(score).reduce((top, one, index, scores) => (one > (scores[top] ?? -1) ? index : top), 0)
  const found = all[best]
  return found && score(found) > 0 ? best : -1
}
