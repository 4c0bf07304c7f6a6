/** What a rule looks for, read from its YAML. */
export type Formula =
  | { readonly kind: 'pattern' | 'inside' | 'not' | 'not-inside'; readonly text: string }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Formula[] }
  | { readonly kind: 'regex'; readonly metavariable: string; readonly regex: string }
  | { readonly kind: 'within'; readonly metavariable: string; readonly of: Formula }
  | { readonly kind: 'comparison'; readonly comparison: string }
  | { readonly kind: 'focus'; readonly metavariables: readonly string[] }

type Reader = (value: unknown, faults: string[], depth: number) => Formula | undefined

const DEEPEST = 6
const METAVARIABLE = /^\$[A-Z_][A-Z_0-9]*$/

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf =
  (kind: 'pattern' | 'inside' | 'not' | 'not-inside', key: string): Reader =>
  (value, faults) => {
    if (typeof value === 'string' && value.trim() !== '') return { kind, text: value.trim() }
    faults.push(`${key} takes a text`)
    return undefined
  }

const listOf =
  (kind: 'all' | 'any', key: string): Reader =>
  (value, faults, depth) => {
    if (!Array.isArray(value) || value.length === 0) return void faults.push(`${key} takes a list with at least one entry`)
    const allowed = kind === 'any' ? choices : entries
    return { kind, of: value.flatMap((entry) => readFormula(entry, allowed, faults, depth + 1) ?? []) }
  }

/** The fields of a condition on a metavariable; undefined, with the fault told, where they are others. */
const fieldsOf = (key: string, value: unknown, allowed: readonly string[], faults: string[]): Record<string, unknown> | undefined => {
  const fields = isRecord(value) ? value : {}
  const strange = Object.keys(fields).filter((name) => !allowed.includes(name))
  if (strange.length > 0) faults.push(`${key} may not say ${strange.join(', ')}`)
  const { metavariable } = fields
  // A comparison may name its metavariables in itself.
  const isNamed =
    ('comparison' in fields && metavariable === undefined) || (typeof metavariable === 'string' && METAVARIABLE.test(metavariable))
  if (!isNamed) faults.push(`${key} needs a metavariable such as $X`)
  return isNamed && strange.length === 0 ? fields : undefined
}

const readRegex: Reader = (value, faults) => {
  const fields = fieldsOf('metavariable-regex', value, ['metavariable', 'regex'], faults)
  if (!fields) return undefined
  const { metavariable, regex } = fields
  if (typeof regex !== 'string') return void faults.push('metavariable-regex needs a regex')
  return { kind: 'regex', metavariable: String(metavariable), regex }
}

const readWithin: Reader = (value, faults, depth) => {
  const fields = fieldsOf('metavariable-pattern', value, ['metavariable', 'pattern', 'patterns', 'pattern-either'], faults)
  if (!fields) return undefined
  const { metavariable, ...rest } = fields
  const of = readFormula(rest, branches, faults, depth + 1)
  return of && { kind: 'within', metavariable: String(metavariable), of }
}

const readComparison: Reader = (value, faults) => {
  const fields = fieldsOf('metavariable-comparison', value, ['metavariable', 'comparison'], faults)
  if (!fields) return undefined
  const { comparison } = fields
  // Only numbers and lengths: `re.match` in it would be a regex that nobody looks at.
  if (typeof comparison === 'string' && /^[$\w\s()+\-*/%<>=!]{1,100}$/.test(comparison)) return { kind: 'comparison', comparison }
  return void faults.push('metavariable-comparison may compare numbers, and nothing else')
}

const readFocus: Reader = (value, faults) => {
  const metavariables: unknown[] = Array.isArray(value) ? value : [value]
  const isGood = metavariables.every((one) => typeof one === 'string' && METAVARIABLE.test(one))
  if (!isGood) return void faults.push('focus-metavariable takes metavariables such as $X')
  return { kind: 'focus', metavariables: metavariables.map(String) }
}

const branches: Readonly<Record<string, Reader>> = {
  pattern: textOf('pattern', 'pattern'),
  patterns: listOf('all', 'patterns'),
  'pattern-either': (...at) => listOf('any', 'pattern-either')(...at),
}
const entries: Readonly<Record<string, Reader>> = {
  ...branches,
  'pattern-not': textOf('not', 'pattern-not'),
  'pattern-inside': textOf('inside', 'pattern-inside'),
  'pattern-not-inside': textOf('not-inside', 'pattern-not-inside'),
  'metavariable-regex': readRegex,
  'metavariable-pattern': readWithin,
  'metavariable-comparison': readComparison,
  'focus-metavariable': readFocus,
}

const choices: Readonly<Record<string, Reader>> = { ...branches, 'pattern-inside': textOf('inside', 'pattern-inside') }

/** The keys of which a rule has exactly one. */
export const formulaKeys: readonly string[] = Object.keys(branches)

/** Reads `{ <key>: <value> }`; what it may not say is added to the faults. Pure. */
export function readFormula(
  value: unknown,
  allowed: Readonly<Record<string, Reader>> = branches,
  faults: string[] = [],
  depth = 0,
): Formula | undefined {
  if (depth > DEEPEST) return void faults.push(`patterns may be nested ${DEEPEST} deep`)
  const [found, ...more] = isRecord(value) ? Object.entries(value) : []
  if (!found || more.length > 0) return void faults.push(`each place takes exactly one of ${Object.keys(allowed).join(', ')}`)
  const reader = Object.hasOwn(allowed, found[0]) ? allowed[found[0]] : undefined
  if (!reader) return void faults.push(`"${found[0].slice(0, 40)}" is not allowed here, only ${Object.keys(allowed).join(', ')}`)
  return reader(found[1], faults, depth)
}

/** Every part of a formula, with what it is part of before it. Pure. */
export const partsOf = (formula: Formula): Formula[] => {
  const inner = formula.kind === 'within' ? [formula.of] : 'of' in formula ? formula.of : []
  return [formula, ...inner.flatMap(partsOf)]
}

/** The code in a formula, whether it must be there or must not. Pure. */
export const patternsOf = (formula: Formula): string[] => partsOf(formula).flatMap((part) => ('text' in part ? [part.text] : []))
