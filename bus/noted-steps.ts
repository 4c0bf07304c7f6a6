import { z } from 'zod'
import { markedAt, type StepPlace, stepPlacesIn } from './next-steps.ts'

/** The next steps in the texts of a fact, by the path of each text. The texts themselves are stored as anybody may read them. */
export const NotedSteps = z
  .record(z.string(), z.array(z.object({ at: z.int(), length: z.int(), inChat: z.literal(true).optional() })))
  .describe('where in its texts next steps stand')

/** A value with every text in it, however deep, made another one; `path` names the text. Pure. */
export const mapTexts = (value: unknown, change: (text: string, path: string) => string, path = ''): unknown => {
  if (typeof value === 'string') return change(value, path)
  const below = (name: string | number): string => (path === '' ? `${name}` : `${path}.${name}`)
  if (Array.isArray(value)) return value.map((one, index) => mapTexts(one, change, below(index)))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change, below(name))]))
}

/** What a fact is made of as it is stored: without marks, its steps noted beside its texts. Pure. */
export const noted = (data: unknown): unknown => {
  const nextSteps: Record<string, StepPlace[]> = {}
  const texts = mapTexts(data, (text, path) => {
    const { plain, places } = stepPlacesIn(text)
    if (places.length > 0) nextSteps[path] = places
    return plain
  })
  return Object.keys(nextSteps).length > 0 ? { ...(texts as object), nextSteps } : data
}

/** What a fact says with its next steps marked again. Pure. */
export const marked = <Data extends object>(data: Data): Data => {
  const { nextSteps = {}, ...texts }: { nextSteps?: z.output<typeof NotedSteps> } = data
  // Its shape is the same: texts stay texts.
  return mapTexts(texts, (text, path) => markedAt(text, nextSteps[path] ?? [])) as Data
}
