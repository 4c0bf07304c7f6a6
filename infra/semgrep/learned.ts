import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LearnedRule, ScanFinding } from '../../functions/verification/scan-ports.ts'
import type { ProcessResult } from '../processes/processes.ts'
import { leftOutBy, readScan } from './report.ts'
import { mayApply, type RuleFile } from './rules.ts'

/** Learned rules that look at what was changed, each written as a file of its own into a folder of this scan. */
export async function writeLearned(home: string, learned: readonly LearnedRule[], changed: readonly string[]): Promise<RuleFile[]> {
  const files = learned.map(({ name, yaml }) => ({ path: path.join(home, 'learned', `${name}.yaml`), text: yaml }))
  const wanted = changed.length > 0 ? files.filter((file) => mayApply([file], changed)) : files
  if (wanted.length > 0) await mkdir(path.join(home, 'learned'), { recursive: true })
  await Promise.all(wanted.map((file) => writeFile(file.path, file.text)))
  return wanted
}

/** The learned rule that semgrep calls so, by its id with folders in front, or by its file where it cannot read that. Pure. */
export const learnedCalled = (learned: readonly LearnedRule[], id: string): LearnedRule | undefined =>
  learned.find(({ name }) => id === name || id.endsWith(`.${name}`) || id.endsWith(`${path.sep}${name}.yaml`))

/** What learned rules say of a change. */
export interface LearnedFindings {
  readonly findings: readonly ScanFinding[]
  readonly learned: readonly { readonly rule: string; readonly broken?: true }[]
  /** Those that block, and were not done in their time. */
  readonly slow: readonly LearnedRule[]
}

/** Milliseconds that all of them, and one alone, may take. */
const TOGETHER_MS = 60_000
const ALONE_MS = 10_000

type Run = (rules: readonly string[], timeoutMs: number) => Promise<ProcessResult>

/**
 * Holds learned rules against a change apart from all others: models made them, and none may spoil what others find. Together first, and each
 * alone where that comes to nothing: one that cannot be read, or is slow and only warns, is broken; a slow one that blocks is named.
 */
export async function holdLearned(run: Run, files: readonly RuleFile[], learned: readonly LearnedRule[]): Promise<LearnedFindings> {
  if (files.length === 0) return { findings: [], learned: [], slow: [] }
  const together = await run(
    files.map((file) => file.path),
    TOGETHER_MS,
  )
  const found = findingsOf(together)
  if (found) {
    const broken = leftOutBy(together.stdout, '').map(({ rule }) => learnedCalled(learned, rule)?.rule)
    return { findings: found.map((one) => withLearned(one, learned)), learned: ofFiles(files, learned, broken), slow: [] }
  }
  const [findings, broken, slow]: [ScanFinding[], string[], LearnedRule[]] = [[], [], []]
  for (const file of files) {
    const rule = learnedCalled(learned, file.path)!
    const alone = await run([file.path], ALONE_MS)
    const own = findingsOf(alone)
    if (own && leftOutBy(alone.stdout, '').length === 0) findings.push(...own.map((one) => withLearned(one, learned)))
    else if (alone.timedOut && rule.blocks) slow.push(rule)
    else broken.push(rule.rule)
  }
  return { findings, learned: ofFiles(files, learned, broken), slow }
}

const findingsOf = (run: ProcessResult): ScanFinding[] | undefined => {
  const found = run.timedOut || run.startFailure ? undefined : readScan(run, '')
  return Array.isArray(found) ? found : undefined
}

const ofFiles = (files: readonly RuleFile[], learned: readonly LearnedRule[], broken: readonly (string | undefined)[]) =>
  files.map((file) => {
    const { rule } = learnedCalled(learned, file.path)!
    return broken.includes(rule) ? { rule, broken: true as const } : { rule }
  })

/** A finding with the name of the learned rule that found it, where it was one. Pure. */
const withLearned = (finding: ScanFinding, learned: readonly LearnedRule[]): ScanFinding => {
  const rule = learnedCalled(learned, finding.rule)
  return rule ? { ...finding, rule: rule.name, learned: rule.rule, severity: rule.blocks ? 'ERROR' : 'WARNING' } : finding
}
