import type { Secrets } from '../ports.ts'

/** What people write in a request, with the most that its schema takes. */
const TEXTS: Readonly<Record<string, number>> = { title: 500, description: 50_000, reason: 20_000, guidance: 20_000, metadata: 50_000 }

/**
 * A request's data with masks in the place of secrets (`[secret masked: <kind>]`) in all that people write: the facts that it leads to are
 * kept for ever. The same again becomes the same.
 */
export const withoutSecrets = async <T extends object>(data: T, secrets: Pick<Secrets, 'mask'>): Promise<T> => {
  const found: string[] = []
  const written = Object.entries(data).filter(([name]) => name in TEXTS)
  for (const [, value] of written)
    onTexts(value, (text) => {
      found.push(text)
      return text
    })
  const masked = await maskAll(found, secrets)
  const inTurn = masked.values()
  const clean = written.map(([name, value]) => [name, onTexts(value, () => (inTurn.next().value ?? '').slice(0, TEXTS[name]))])
  // Texts took the place of texts, each where it stood.
  return { ...data, ...Object.fromEntries(clean) } as T
}

/** The value with every text in it replaced, in the order in which they stand. */
const onTexts = (value: unknown, replace: (text: string) => string): unknown => {
  if (typeof value === 'string') return replace(value)
  if (Array.isArray(value)) return value.map((each) => onTexts(each, replace))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, onTexts(each, replace)]))
}

const BETWEEN = '\n\u0000\n'

/** One look for all of them, where none of what is found reaches over two. */
const maskAll = async (texts: readonly string[], { mask }: Pick<Secrets, 'mask'>): Promise<string[]> => {
  const parts = (await mask(texts.join(BETWEEN))).text.split(BETWEEN)
  return parts.length === texts.length ? parts : Promise.all(texts.map(async (text) => (await mask(text)).text))
}
