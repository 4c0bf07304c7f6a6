import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { admittedText } from '../../functions/rules/gate/admitted.ts'
import { type BaseSightings, judgeBaseHits, judgeSightings, type Sightings } from '../../functions/rules/gate/judge-hits.ts'
import { inOrder, judgeTies, judgeWords } from '../../functions/rules/gate/judge-words.ts'
import { cleanMessage } from '../../functions/rules/gate/plain-words.ts'
import type { ReadRule } from '../../functions/rules/gate/read-rule.ts'
import { CANDIDATE, configOf, runnable, type Scene, sceneOf } from '../../functions/rules/gate/scene.ts'
import { tiesOf } from '../../functions/rules/gate/ties.ts'
import type { RuleCheck, RuleGate } from '../../functions/rules/rule-ports.ts'
import { removeFolder } from '../files/remove-folder.ts'
import { namesKnown, readChanged } from './ground.ts'
import { findProgram, type SemgrepOptions, type SemgrepStart, showEverything } from './program.ts'
import { ownRules } from './rules.ts'
import { type RuleTrial, tryRules } from './trial.ts'

export interface RuleGateOptions extends SemgrepOptions {
  /** What a scan of the examples, and what one of the base may take. */
  readonly timeouts?: { readonly examples: number; readonly base: number }
}

type Judged = Parameters<RuleGate['judge']>[0]
type Work = Omit<SemgrepStart, 'front' | 'cwd' | 'rules' | 'timeoutMs'> & { readonly options: RuleGateOptions }

/** The gate that a rule by a model must pass, with the semgrep of the scans. */
export function createRuleGate(options: RuleGateOptions): RuleGate {
  const missing = (): string | null =>
    findProgram(options) ? null : `${options.config.command} is not installed: no rule can be tried. Install semgrep.`
  return {
    missing,
    judge: async (input) => {
      input.signal.throwIfAborted()
      const { checks, rule, mayRun } = judgeWords(input.proposal)
      if (!rule || !mayRun) return { checks: inOrder(checks) }
      const program = findProgram(options)
      if (!program) throw new Error(missing()!)
      const home = path.join(path.resolve(options.dataDir), 'runs', `rule-${randomUUID()}`)
      await mkdir(path.join(home, 'scene'), { recursive: true, mode: 0o700 })
      try {
        const found = await tryRule({ options, program, home, signal: input.signal }, input, rule)
        const all = inOrder([...checks, ...found.checks])
        if (!all.every(({ passed }) => passed)) return { checks: all }
        const message = cleanMessage(rule.message)
        return { checks: all, admitted: { rule: admittedText(input.id, message, rule), message, baseHits: found.baseHits } }
      } finally {
        await removeFolder(home)
      }
    },
  }
}

interface Tried {
  checks: RuleCheck[]
  baseHits: { file: string; line: number }[]
}

async function tryRule(work: Work, { id, proposal, ground, inForce }: Judged, rule: ReadRule): Promise<Tried> {
  const { language } = proposal
  const [taught, mended] = await Promise.all([
    readChanged(ground.taught, ground.changed, language),
    readChanged(ground.mended, ground.changed, language),
  ])
  const ties = tiesOf(rule.formula, taught, language)
  const suspects = ties.filter(({ unlessKnown }) => unlessKnown).map(({ name }) => name)
  const scene = sceneOf(id, rule, proposal, { inForce, taught, mended })
  const timeouts = { examples: 30_000, base: 120_000, ...work.options.timeouts }
  await writeRules(work.home, scene, rule)
  const scans = [holdExamples(work, timeouts.examples), holdBase(work, ground.base, timeouts.base)] as const
  // Where one fails, the other must not go on in a folder that is removed.
  await Promise.allSettled(scans)
  const [seen, base] = await Promise.all(scans)
  const known = await namesKnown(ground.base, suspects, ground.changed, language)
  const tried = typeof seen === 'string' ? [{ check: 'is-read', passed: false, evidence: seen }] : judgeSightings(scene, seen)
  const isRead = tried.every(({ check, passed }) => check !== 'is-read' || passed)
  return {
    checks: [...tried, ...(isRead ? judgeBaseHits(base) : []), judgeTies(ties, known)],
    baseHits: typeof base === 'string' ? [] : [...base.hits],
  }
}

const rulesFile = (home: string, name: 'scene' | 'base' | 'control'): string => path.join(home, `${name}.yaml`)

async function writeRules(home: string, scene: Scene, rule: ReadRule): Promise<void> {
  const alone = { rules: [runnable(CANDIDATE, 'A rule on trial.', rule)] }
  const control = { rules: [{ ...alone.rules[0], patterns: undefined, 'pattern-either': undefined, pattern: 'cortexCallsThisNowhere()' }] }
  const folder = path.join(home, 'scene')
  await Promise.all([
    writeFile(rulesFile(home, 'scene'), configOf(scene)),
    writeFile(rulesFile(home, 'base'), JSON.stringify(alone)),
    writeFile(rulesFile(home, 'control'), JSON.stringify(control)),
    writeFile(path.join(folder, '.semgrepignore'), ''),
    ...scene.files.map((file) => writeFile(path.join(folder, file.path), file.text)),
  ])
}

const rulesOf = (held: RuleTrial & { outcome: 'scanned' }) =>
  held.findings.map(({ rule, file, line }) => ({ rule: nameOf(rule), file: path.normalize(file), line }))

/** Semgrep puts names of folders in front of ids. */
const nameOf = (id: string): string => id.slice(id.lastIndexOf('.') + 1)

async function holdExamples(work: Work, timeoutMs: number): Promise<Sightings | string> {
  const { home } = work
  const cwd = path.join(home, 'scene')
  const rules = [rulesFile(home, 'scene'), ...(work.options.config.own ? [ownRules] : [])]
  const held = await tryRules({ ...work, cwd, rules, timeoutMs, name: '-scene' }, rulesFile(home, 'control'))
  if (held.outcome === 'undone') return held.why
  return { hits: rulesOf(held), unread: new Map(held.unread.map(({ rule, reason }) => [nameOf(rule), reason])), unparsed: held.unparsed }
}

async function holdBase(work: Work, base: string, timeoutMs: number): Promise<BaseSightings> {
  const { home } = work
  const realNames = await showEverything(base)
  const held = await tryRules(
    { ...work, cwd: base, rules: [rulesFile(home, 'base')], timeoutMs, name: '-base' },
    rulesFile(home, 'control'),
  )
  if (held.outcome === 'undone') return held.why
  const hits = rulesOf(held).map(({ file, line }) => ({ file: realNames.get(file) ?? file, line }))
  return {
    hits: hits.filter(({ line }, at) => hits.findIndex((one) => one.file === hits[at]?.file && one.line === line) === at),
    seconds: held.seconds,
  }
}
