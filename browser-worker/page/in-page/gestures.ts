/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ReaderInput } from '../snapshot.ts'
import { fieldText, findAll, findFirst, findShown, holds, plain, renderedText, shown } from './find.ts'
import { answerParts, belonging, turnElements } from './read-turns.ts'

/** The answer of the turn at an index as the page renders it; null when there is no such turn any more. */
export function answerContent({ input, index }: { input: ReaderInput; index: number }): { html: string; text: string } | null {
  const turn = turnElements(input)[index]
  if (!turn) return null
  const parts = answerParts(turn.element, input) as HTMLElement[]
  return {
    html: parts.map((part) => unframed(part, input).outerHTML).join('\n'),
    text: parts.map((part) => renderedText(part).trim()).join('\n\n'),
  }
}

/** A copy of a part of the answer, without what the page adds to it. */
export function unframed(part: Element, input: ReaderInput): HTMLElement {
  const copy = part.cloneNode(true) as HTMLElement
  for (const frame of findAll(input.selectors['answerFrame'] ?? [], copy)) frame.remove()
  return copy
}

/** The answer so far without its last top-level block, which may still grow. */
export function completedHtml({ input, index }: { input: ReaderInput; index: number }): string {
  const turn = turnElements(input)[index]
  if (!turn) return ''
  const copies = answerParts(turn.element, input).map((part) => unframed(part, input))
  let holder: Element | undefined = copies.at(-1)
  while (holder?.children.length === 1 && holder.firstElementChild?.tagName === 'DIV') holder = holder.firstElementChild
  holder?.lastElementChild?.remove()
  return copies.map((part) => part.outerHTML).join('\n')
}

/** The elements that hold a turn's copy action. */
export function copyButtons({ input, index }: { input: ReaderInput; index: number }): HTMLElement[] {
  const elements = turnElements(input).map(({ element }) => element)
  const turn = elements[index]
  return turn ? (belonging(input.selectors['copy'] ?? [], turn, elements[index + 1]) as HTMLElement[]) : []
}

/** What the page's copy action put on its clipboard, which is kept from the real one meanwhile; null when it put nothing in time. */
export async function copyAnswer({ input, index, waitMs }: { input: ReaderInput; index: number; waitMs: number }): Promise<string | null> {
  const button = copyButtons({ input, index }).at(-1)
  if (!button) return null
  const caught: string[] = []
  const clipboard = navigator.clipboard ?? {}
  const writeText = (text: string) => Promise.resolve(void caught.push(text))
  const write = async (items: ClipboardItem[]) => {
    for (const item of items) {
      const type = ['text/markdown', 'text/plain'].find((one) => item.types.includes(one))
      if (type) caught.push(await (await item.getType(type)).text())
    }
  }
  const onCopy = (event: ClipboardEvent) => {
    caught.push(event.clipboardData?.getData('text/plain') || String(getSelection() ?? ''))
    event.preventDefault()
  }
  const own = {
    writeText: Object.getOwnPropertyDescriptor(clipboard, 'writeText'),
    write: Object.getOwnPropertyDescriptor(clipboard, 'write'),
  }
  Object.defineProperty(clipboard, 'writeText', { value: writeText, configurable: true, writable: true })
  Object.defineProperty(clipboard, 'write', { value: write, configurable: true, writable: true })
  if (!navigator.clipboard) Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true })
  window.addEventListener('copy', onCopy)
  try {
    button.click()
    for (const end = Date.now() + waitMs; caught.length === 0 && Date.now() < end; ) await new Promise((go) => setTimeout(go, 25))
    return caught.at(-1) ?? null
  } finally {
    window.removeEventListener('copy', onCopy)
    for (const name of ['writeText', 'write'] as const) {
      delete (clipboard as unknown as Record<string, unknown>)[name]
      if (own[name]) Object.defineProperty(clipboard, name, own[name])
    }
  }
}

export interface DialogRule {
  readonly text: string
  readonly dismiss: readonly string[]
  readonly dismissText?: string
}

/** Closes the shown dialogs that a rule knows, and gives their texts. */
export function dismissDialogs({ selectors, rules }: { selectors: readonly string[]; rules: readonly DialogRule[] }): string[] {
  const closed: string[] = []
  for (const dialog of selectors.length === 0 ? [] : [...document.querySelectorAll(selectors.join(','))].filter(shown)) {
    const text = plain(renderedText(dialog))
    const rule = rules.find((one) => new RegExp(one.text, 'iu').test(text))
    if (!rule) continue
    const named = [...dialog.querySelectorAll('button,[role=button]')].find(
      (button) => rule.dismissText !== undefined && new RegExp(rule.dismissText, 'iu').test(plain(button.textContent)),
    )
    const button = findShown(rule.dismiss, dialog)[0] ?? named
    if (!button) continue
    ;(button as HTMLElement).click()
    closed.push(text.slice(0, 300))
  }
  return closed
}

/** What stands in the composer. */
export function readComposer({ composer }: { composer: readonly string[] }): string {
  const field = findShown(composer, document)[0]
  return field ? fieldText(field) : ''
}

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

export interface MenuItem {
  readonly position: number
  readonly label: string
  readonly id: string
  /** Null where the page does not say. */
  readonly chosen: boolean | null
  readonly disabled: boolean
}

/** The entries of an open menu. */
export function menuItems({ selectors }: { selectors: readonly string[] }): MenuItem[] {
  return findShown(selectors, document).map((item, position) => {
    const state = item.getAttribute('aria-checked') ?? item.getAttribute('aria-selected') ?? item.getAttribute('data-state')
    const isKnown = state !== null && ['true', 'false', 'checked', 'unchecked', 'active', 'inactive'].includes(state)
    return {
      position,
      label: renderedText(item).trim().slice(0, 200),
      id: item.getAttribute('data-testid') ?? item.getAttribute('data-value') ?? item.getAttribute('value') ?? '',
      chosen: isKnown ? ['true', 'checked', 'active'].includes(state) : null,
      disabled: item.getAttribute('aria-disabled') === 'true' || item.hasAttribute('data-disabled') || item.hasAttribute('disabled'),
    }
  })
}

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
