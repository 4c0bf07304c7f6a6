/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { fieldText, findShown } from './find.ts'

/** What stands in the composer. */
export function readComposer({ composer }: { composer: readonly string[] }): string {
  const field = findShown(composer, document)[0]
  return field ? fieldText(field) : ''
}
