/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Fingerprint } from '../snapshot.ts'

/** These functions run inside the page: each may use only the other functions of `in-page/`, which `run-in-page.ts` brings along. */

/** Connected and not hidden by style; geometry says nothing, for an occluded tab reports none. */
export function shown(element: Element): boolean {
  return element.isConnected && element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
}

/** All hits of the first selector that has any. */
export function findFirst(selectors: readonly string[], root: ParentNode): Element[] {
  for (const selector of selectors) {
    const hits = [...root.querySelectorAll(selector)]
    if (hits.length > 0) return hits
  }
  return []
}

/** All hits of the first selector that has shown ones. */
export function findShown(selectors: readonly string[], root: ParentNode): Element[] {
  for (const selector of selectors) {
    const hits = [...root.querySelectorAll(selector)].filter(shown)
    if (hits.length > 0) return hits
  }
  return []
}

/** All hits of all selectors, in the order of the document. */
export function findAll(selectors: readonly string[], root: ParentNode): Element[] {
  return selectors.length === 0 ? [] : [...root.querySelectorAll(selectors.join(','))]
}

/** The element matches one of the selectors, or something inside it does. */
export function holds(element: Element, selectors: readonly string[]): boolean {
  return selectors.some((selector) => element.matches(selector) || element.querySelector(selector) !== null)
}

/** Text as it is laid out: lines are lines, and what is hidden is left out. */
export function renderedText(element: Element | null | undefined): string {
  // biome-ignore lint/performance/useDomNodeTextContent: the text content has no lines and holds hidden text too.
  return element instanceof HTMLElement ? element.innerText : ''
}

/** Text with its blanks collapsed. */
export function plain(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').trim()
}

/** The elements that are not inside another one of the list. */
export function outermost(elements: readonly Element[]): Element[] {
  return elements.filter((one) => !elements.some((other) => other !== one && other.contains(one)))
}

/** What stands in a field: its value, or the rendered text of an editable element. */
export function fieldText(field: Element): string {
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) return field.value
  return renderedText(field).replace(/\u200b|\ufeff/g, '')
}

/** A number that changes with the text. */
export function textHash(text: string): number {
  let hash = 5381
  for (let index = 0; index < text.length; index++) hash = ((hash << 5) + hash + text.charCodeAt(index)) | 0
  return hash
}

/** Letters and digits alone: pages render blanks, markup and punctuation in their own ways. */
export function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()
}

/** Tells whole texts apart by their letters, or by all but their blanks where there are no letters. */
export function fingerprint(text: string): Fingerprint {
  const kept = lettersOf(text) || text.replace(/\s+/g, '')
  return { length: kept.length, hash: textHash(kept) }
}
