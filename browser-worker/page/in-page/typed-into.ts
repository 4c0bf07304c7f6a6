/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { fieldText, shown } from './find.ts'

/** Whether a text stands in one of these fields: somebody may be at work on the page. */
export function isTypedInto({ fields }: { fields: string }): boolean {
  return [...document.querySelectorAll(fields)].filter(shown).some((field) => fieldText(field).trim() !== '')
}
