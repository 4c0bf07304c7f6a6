import type { AdmittedRule, RuleLanguage, RuleProposal } from '../rule-ports.ts'
import { type ReadRule, readRule } from './read-rule.ts'
import { renamedCopy } from './renamed.ts'

/** What a file stands for while a rule is held against it. */
export type Part = 'bad' | 'good' | 'renamed' | 'taught' | 'mended' | "another's good"

export interface SceneFile {
  /** Where it lies while it is scanned: a name that says nothing to semgrep. */
  readonly path: string
  readonly part: Part
  readonly text: string
  /** The file's own path, or the id of the rule whose example it is. */
  readonly of: string
}

/** Everything that one scan looks at. */
export interface Scene {
  readonly files: readonly SceneFile[]
  /** The rules of that scan, by the id that they have in it. */
  readonly rules: ReadonlyMap<string, { readonly rule: ReadRule; readonly of: string }>
}

/** Files that the task changed, by path. */
export type Changed = ReadonlyMap<string, string>

export const CANDIDATE = 'candidate'
export const READING = 'reading'

const endings: Readonly<Record<RuleLanguage, string>> = {
  ...{ typescript: 'ts', javascript: 'js', python: 'py', go: 'go', java: 'java', ruby: 'rb', rust: 'rs', php: 'php' },
}

/** Puts the examples of a rule and of those in force, and what taught it, where one scan sees all of them. Pure. */
export function sceneOf(
  id: string,
  rule: ReadRule,
  proposal: RuleProposal,
  { inForce, taught, mended }: { inForce: readonly AdmittedRule[]; taught: Changed; mended: Changed },
): Scene {
  const others = inForce.filter((other) => other.id !== id && (other.language === proposal.language || isScript(other, proposal)))
  const read = others.flatMap((other) => ({ other, rule: readRule(other).rule }))
  const example = (part: Part, text: string, { language }: RuleProposal, of: string): Omit<SceneFile, 'path'> & { ending: string } => ({
    ...{ part, text, of },
    ending: language === 'typescript' && /<\/|\/>/.test(text) ? 'tsx' : endings[language],
  })
  const files = [
    example('bad', proposal.bad, proposal, id),
    example('good', proposal.good, proposal, id),
    example('renamed', renamedCopy(proposal.bad, proposal.language).code, proposal, id),
    ...others.map((other) => example("another's good", other.good, other, other.id)),
    ...changedFiles('taught', taught),
    ...changedFiles('mended', mended),
  ]
  return {
    files: files.map(({ ending, ...file }, index) => ({ ...file, path: `${index}.${ending}` })),
    rules: new Map([
      [CANDIDATE, { rule, of: id }],
      ...read.flatMap(({ other, rule: known }, index) => (known ? [[`other-${index}`, { rule: known, of: other.id }] as const] : [])),
    ]),
  }
}

const isScript = (...rules: readonly RuleProposal[]): boolean => rules.every(({ language }) => /script$/.test(language))

const changedFiles = (part: Part, changed: Changed): (Omit<SceneFile, 'path'> & { ending: string })[] =>
  [...changed].map(([file, text]) => ({ part, text, of: file, ending: /\.(\w+)$/.exec(file)?.[1] ?? 'txt' }))

/** A rule as semgrep is to run it: nothing but what was read of it. Pure. */
export const runnable = (id: string, message: string, { languages, body }: ReadRule): Record<string, unknown> => ({
  ...{ id, message, languages, severity: 'WARNING' },
  ...body,
})

/** Semgrep reads no file in which it can find nothing; this rule lets it read all, so that it tells of those that it cannot. */
const reading = (rule: ReadRule): ReadRule => ({ ...rule, body: { pattern: '$X == $X' } })

/** The rules of a scene in one file. Pure. */
export const configOf = ({ rules }: Scene): string => {
  const all = [...rules].map(([id, { rule }]) => [id, rule] as const)
  const candidate = rules.get(CANDIDATE)?.rule
  const tried = candidate ? [...all, [READING, reading(candidate)] as const] : all
  return JSON.stringify({ rules: tried.map(([id, rule]) => runnable(id, 'A rule on trial.', rule)) })
}
