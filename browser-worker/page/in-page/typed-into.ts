/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { fieldText, shown } from './find.ts'

/** How many characters somebody may have typed into these fields and not sent yet. */
export function typedInto({ fields }: { fields: string }): number {
  const found = [...document.querySelectorAll(fields)].filter(shown)
  return typedLength(
    found.map((field) => {
      const text = fieldText(field)
      const hasDefault = field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement
      return { text, given: hasDefault ? field.defaultValue : text, hasFocus: field === document.activeElement }
    }),
  )
}

/**
 * What the page gave a field itself is typed by nobody, as long as nobody is in any field: some libraries note what is typed as the
 * field's default at once.
 */
export function typedLength(fields: readonly TextField[]): number {
  const isSomebodyIn = fields.some(({ hasFocus }) => hasFocus)
  return fields.filter(({ text, given }) => isSomebodyIn || text !== given).reduce((sum, { text }) => sum + text.trim().length, 0)
}

interface TextField {
  readonly text: string
  /** What stood in it at first, as far as the page tells. */
  readonly given: string
  readonly hasFocus: boolean
}
