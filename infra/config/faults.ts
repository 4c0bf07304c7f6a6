import { z } from 'zod'
import { ConfigSchema } from './config-schema.ts'

/** Turns what the schema found into sentences that name the place as it is written in the file. */

type Issue = z.core.$ZodIssue

/** One sentence for each fault: dotted path, what is wrong, what is right. */
export function faultsInWords(issues: readonly Issue[], input: unknown): string[] {
  return issues.flatMap((issue) => sentences(issue, input))
}

function sentences(issue: Issue, input: unknown): string[] {
  const place = dotted(issue.path)
  const given = valueAt(input, issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(issue.path, key))
    case 'invalid_key':
      return [`${place}: ${issue.issues[0]?.message ?? 'this name is not allowed'}`]
    case 'invalid_type':
      if (given === undefined) return [`${place} is missing; it is ${article(issue.expected)}`]
      return [`${place} is ${shown(given)}, but must be ${article(issue.expected)}`]
    case 'invalid_value':
      return [`${place} is ${shown(given)}, but must be one of ${issue.values.map(shown).join(', ')}`]
    case 'too_small':
      return [
        issue.origin === 'number' || issue.origin === 'int'
          ? `${place} is ${shown(given)}, but must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
          : `${place} must not be empty`,
      ]
    case 'too_big':
      return [`${place} is ${shown(given)}, but must be at most ${issue.maximum}`]
    case 'invalid_format':
      return [`${place} is ${shown(given)}: ${issue.format === 'url' ? 'this is no URL' : issue.message}`]
    case 'invalid_union':
      return [`${place} is ${shown(given)}, but must be a text (a shell line) or a list of texts (a program and its arguments), not empty`]
    default:
      return [`${place}: ${issue.message}`]
  }
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = knownKeys(path)
  const nearest = known.map((name) => ({ name, distance: editDistance(name, key) })).sort((a, b) => a.distance - b.distance)[0]
  const hint = nearest && nearest.distance <= 2 ? `did you mean "${nearest.name}"?` : `known here: ${known.join(', ')}`
  return `${dotted([...path, key])} is not known; ${hint}`
}

/** A copy of the input without what is wrong in it, and the places that were taken out (a project's key, a section's key, a name). */
export function withoutFaultyPlaces(input: unknown, issues: readonly Issue[]): { rest: unknown; removed: PropertyKey[][] } {
  const rest: unknown = structuredClone(input)
  const removed = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key])
    const named = issue.path[0] === 'projects' || issue.path[0] === 'agents' || issue.path[0] === 'masters'
    return [issue.path.slice(0, named ? 3 : 2)]
  })
  for (const place of removed) {
    const last = place.at(-1)
    const parent = valueAt(rest, place.slice(0, -1))
    if (last !== undefined && typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, last)
  }
  return { rest, removed }
}

/** The keys that the schema allows at that place. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let at: unknown = z.toJSONSchema(ConfigSchema, { io: 'input' })
  for (const step of path) at = field(field(at, 'properties'), String(step)) ?? field(at, 'additionalProperties') ?? field(at, 'items')
  const names = field(field(at, 'propertyNames'), 'enum')
  return [...Object.keys(field(at, 'properties') ?? {}), ...(Array.isArray(names) ? names.map(String) : [])]
}

function field(value: unknown, key: string): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1]
  return typeof found === 'object' && found !== null ? found : undefined
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let at = input
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Reflect.get(at, step)
  }
  return at
}

/** `projects.api.dod[0]`; names that TOML would quote are quoted. */
export function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      const name = /^[A-Za-z0-9_-]+$/.test(String(step)) ? String(step) : JSON.stringify(String(step))
      return index === 0 ? name : `.${name}`
    })
    .join('')
}

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
  record: 'a table',
}

function article(expected: string): string {
  return words[expected] ?? expected
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** Levenshtein: how many letters to insert, remove or replace. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
