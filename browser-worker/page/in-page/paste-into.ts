/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { findShown } from './find.ts'

/** Puts text into the composer without the keyboard: the way back for a field that does not take typed text whole. */
export function pasteInto({ composer, text }: { composer: readonly string[]; text: string }): void {
  const field = findShown(composer, document)[0]
  if (!field) return
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) {
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype
    // Frameworks wrap the instance's own setter to tell their writes from a person's.
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text)
  } else {
    field.replaceChildren(
      ...text.split('\n').map((line) => {
        const paragraph = document.createElement('p')
        paragraph.textContent = line
        return paragraph
      }),
    )
  }
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste', data: text }))
}
