import { parseDocument, visit } from 'yaml'
import type { RuleLanguage, RuleProposal } from '../rule-ports.ts'
import { type Formula, formulaKeys, readFormula } from './formula.ts'
import { meant, tokensOf } from './tokens.ts'

/** The one rule of a proposal, with what it may say and nothing else. */
export interface ReadRule {
  readonly id: string
  readonly message: string
  readonly metadata: unknown
  readonly languages: RuleLanguage[]
  /** Its patterns, as they stood: one of `pattern`, `patterns`, `pattern-either`. */
  readonly body: Readonly<Record<string, unknown>>
  readonly formula: Formula
}

const LONGEST_RULE = 8_000
const LONGEST_EXAMPLE = 8_000
const told = ['id', 'message', 'languages', 'severity', 'metadata']
const severities = ['ERROR', 'WARNING', 'INFO', 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW']

/** Why what else a rule of semgrep may say is refused. */
const refusals: Readonly<Record<string, string>> = {
  mode: 'modes other than search are not taken: say it with patterns',
  fix: 'a rule may not rewrite code',
  'fix-regex': 'a rule may not rewrite code',
  paths: 'a rule may not be tied to places',
  'pattern-regex': 'a rule looks at code, not at text: use pattern',
}
const aliases: Readonly<Record<string, RuleLanguage>> = {
  ts: 'typescript',
  js: 'javascript',
  py: 'python',
  python3: 'python',
  golang: 'go',
  rb: 'ruby',
}
const twins: Readonly<Partial<Record<RuleLanguage, RuleLanguage>>> = { typescript: 'javascript', javascript: 'typescript' }

/** The one rule of a proposal, or everything that keeps it from being one. Pure. */
export function readRule({ rule: text, language, bad, good }: RuleProposal): { rule?: ReadRule; faults: string[] } {
  const sizes = [
    ...(text.length > LONGEST_RULE ? [`the rule has ${text.length} characters, more than ${LONGEST_RULE}`] : []),
    ...Object.entries({ bad, good }).flatMap(([name, code]) => [
      ...(meant(tokensOf(code.slice(0, LONGEST_EXAMPLE), language)).length === 0 ? [`the ${name} example is empty`] : []),
      ...(code.length > LONGEST_EXAMPLE ? [`the ${name} example has ${code.length} characters, more than ${LONGEST_EXAMPLE}`] : []),
    ]),
    ...(bad.trim() === good.trim() ? ['the two examples are the same'] : []),
  ]
  if (sizes.length > 0) return { faults: sizes }
  const parsed = parseYaml(text)
  if (typeof parsed === 'string') return { faults: [parsed] }
  const rules = isRecord(parsed.value) && Object.keys(parsed.value).join() === 'rules' ? parsed.value['rules'] : undefined
  if (!Array.isArray(rules) || rules.length !== 1 || !isRecord(rules[0]))
    return { faults: ['it must be YAML with "rules:" and exactly one rule in it, and nothing else'] }
  return ruleOf(rules[0], language)
}

/** Plain YAML: one document without anchors, tags or keys that stand twice. */
function parseYaml(text: string): { value: unknown } | string {
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true, stringKeys: true, logLevel: 'error' })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) return `it is no plain YAML: ${fault.message.split('\n')[0]}`
  const borrowed: unknown[] = []
  visit(document, {
    Alias: (_, node) => void borrowed.push(node),
    Node: (_, node) => void ('anchor' in node && node.anchor !== undefined && borrowed.push(node)),
  })
  return borrowed.length > 0 ? 'it must say everything where it stands, without anchors' : { value: document.toJS() as unknown }
}

function ruleOf(raw: Record<string, unknown>, language: RuleLanguage): { rule?: ReadRule; faults: string[] } {
  const faults: string[] = []
  for (const key of Object.keys(raw).filter((name) => ![...told, ...formulaKeys].includes(name)))
    if (key !== 'mode' || raw[key] !== 'search')
      faults.push(`"${key.slice(0, 40)}" is not allowed: ${refusals[key] ?? 'a rule needs no more than its patterns'}`)
  const { id, message, severity = 'WARNING', metadata } = raw
  if (typeof id !== 'string' || !/^[\w.-]{1,100}$/.test(id)) faults.push('its id must be letters, digits and dashes')
  if (typeof message !== 'string') faults.push('it needs a message')
  if (typeof severity !== 'string' || !severities.includes(severity)) faults.push(`its severity must be one of ${severities.join(', ')}`)
  const languages = languagesOf(raw['languages'], language, faults)
  const keys = formulaKeys.filter((key) => key in raw)
  if (keys.length !== 1) faults.push(`it needs exactly one of ${formulaKeys.join(', ')}`)
  const body = Object.fromEntries(keys.map((key) => [key, raw[key]]))
  const formula = keys.length === 1 ? readFormula(body, undefined, faults) : undefined
  if (faults.length > 0 || !formula) return { faults }
  return { rule: { id: String(id), message: String(message), metadata, languages, body, formula }, faults }
}

function languagesOf(value: unknown, language: RuleLanguage, faults: string[]): RuleLanguage[] {
  const allowed = [language, ...(twins[language] ? [twins[language]] : [])]
  const named = (Array.isArray(value) ? value : []).map((one) => aliases[String(one)] ?? String(one))
  const languages = allowed.filter((one) => named.includes(one))
  if (named.some((one) => !allowed.some((known) => known === one)) || !languages.includes(language))
    faults.push(`its languages must be ${allowed.join(' and ')}, and it says ${named.join(', ').slice(0, 80) || 'none'}`)
  return languages
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
