/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { findShown, plain, renderedText, shown } from './find.ts'

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
