/** Texts with values of an event in them: `{{alert.labels.name | unknown}}`. Values are inserted as text, nothing is evaluated. Pure. */

const PLACE = /\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g

/** A path's value: own members of objects and items of lists only, so that no name leads out of the event. */
export const valueAt = (event: unknown, path: string): unknown => {
  let at = event
  for (const step of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = Reflect.get(at, step)
  }
  return at
}

/** A value as a text: '' for what is not there, JSON for lists and tables. */
export const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Finds a value by its path, for `fill`. */
export type Look = (path: string) => unknown

/** The template's text with all values in it; where one is missing or empty its fallback stands, or nothing. */
export const fill = (template: string, look: Look): string =>
  template.replace(PLACE, (_whole, path: string, fallback = '') => textOf(look(path.trim())) || fallback.trim())

/** What in a template is no place for a value although it looks like one, in words; undefined when all is well. */
export const faultOfTemplate = (template: string): string | undefined => {
  const bad = [...template.matchAll(PLACE)].find(([, path = '']) => path.trim() === '' || /\s/.test(path.trim()))
  if (bad) return `${bad[0]} names no path; write {{a.b}} or {{a.b | fallback}}`
  const rest = template.replace(PLACE, '')
  return /\{\{|\}\}/.test(rest) ? 'it has "{{" or "}}" that does not belong to a {{path}}' : undefined
}
