import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LearnedRule, ScanFinding } from '../../functions/verification/scan-ports.ts'
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

/** A finding with the name of the learned rule that found it, where it was one. Pure. */
export const withLearned = (finding: ScanFinding, learned: readonly LearnedRule[]): ScanFinding => {
  const rule = learnedCalled(learned, finding.rule)
  return rule ? { ...finding, rule: rule.name, learned: rule.rule, severity: rule.blocks ? 'ERROR' : 'WARNING' } : finding
}
