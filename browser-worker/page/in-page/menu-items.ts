/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { findShown, renderedText } from './find.ts'

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
