import type { FailureClass, Usage } from '../../domain/catalogue/shared.ts'

/** What an agent's output says about its run, before exit code and clock are looked at. */
export interface ParsedOutput {
  /** `none`: the output holds no result at all. */
  outcome: 'success' | 'failure' | 'none'
  text: string
  structured?: unknown
  usage: Usage
  model?: string
  denials: string[]
  /** What came of the commands it ran, where its output tells. */
  commands?: { failed: boolean; said: string }[]
  /** For a failure: its class and the agent's own words. */
  failureClass?: FailureClass
  message?: string
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text's JSON object, or null when it is none. */
export function parseObject(text: string): JsonObject | null {
  if (!text.trimStart().startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null // not JSON: the caller looks further
  }
}

/** The objects of a JSON-lines text, in order; other lines are passed over. */
export function parseObjects(text: string): JsonObject[] {
  return text
    .split('\n')
    .map(parseObject)
    .filter((object) => object !== null)
}

export function textAt(value: unknown, ...names: string[]): string | undefined {
  const found = valueAt(value, ...names)
  return typeof found === 'string' ? found : undefined
}

/** A count at that place; 0 when it is missing or no number. */
export function countAt(value: unknown, ...names: string[]): number {
  const found = valueAt(value, ...names)
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : 0
}

export function valueAt(value: unknown, ...names: string[]): unknown {
  let at = value
  for (const name of names) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined
  return at
}
