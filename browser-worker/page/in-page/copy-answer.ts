/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ReaderInput } from '../snapshot.ts'
import { belonging, turnElements } from './read-turns.ts'

/** The elements that hold a turn's copy action. */
export function copyButtons({ input, index }: { input: ReaderInput; index: number }): HTMLElement[] {
  const turns = turnElements(input)
  const turn = turns[index]
  return turn ? (belonging(input.selectors['copy'] ?? [], turn.elements, turns[index + 1]?.elements[0]) as HTMLElement[]) : []
}

/**
 * What the page's copy action put on its clipboard, which is kept from the real one meanwhile; null when it put nothing in time.
 * `isPressed` says that somebody else presses it.
 */
export async function copyAnswer(options: {
  input: ReaderInput
  index: number
  waitMs: number
  isPressed: boolean
}): Promise<string | null> {
  const { input, index, waitMs, isPressed } = options
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
    if (!isPressed) button.click()
    for (const end = Date.now() + waitMs; caught.length === 0 && Date.now() < end; ) await new Promise((go) => setTimeout(go, 25))
    return caught.at(-1) ?? null
  } finally {
    window.removeEventListener('copy', onCopy)
    for (const name of ['writeText', 'write'] as const) {
      Reflect.deleteProperty(clipboard, name)
      if (own[name]) Object.defineProperty(clipboard, name, own[name])
    }
  }
}
