import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { RuleLanguages } from '../../domain/catalogue/rule.ts'
import type { RuleGate, RuleProposal } from '../../functions/rules/rule-ports.ts'
import { ConfigSchema } from '../../infra/config/config-schema.ts'
import { createRuleGate } from '../../infra/semgrep/rule-gate.ts'
import { cacheFolder } from '../../infra/setup/cache.mjs'
import { refusedBy } from '../support/rule-cases.ts'
import { git, temporaryFolder } from '../support/temporary.ts'

const MOST_FIXES = 1_000

/**
 * Measures how many of a repository's fixes lead to a rule that is admitted: a fix is a commit with one parent whose subject says so, what
 * taught is the tree before it, what mended the tree after it, and the base is the newest tree. Rules come from a folder, where whoever
 * proposes has put `<commit>.json` ({ language, rule, bad, good }) for each fix.
 * @param bundle of git, with a branch that is its HEAD
 */
export async function rulesHistory(bundle: string, proposals: string, say: (line: string) => void): Promise<void> {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await git(folder.path, 'clone', '--quiet', '--no-checkout', path.resolve(bundle), repository)
  const log = await git(repository, 'log', '--no-merges', '--min-parents=1', '--format=%H', '-i', '-E', '--grep=\\b(fix(es|ed)?|bug)\\b')
  const fixes = log.split('\n').filter(Boolean).slice(0, MOST_FIXES)
  const proposed = (await readdir(proposals)).map((file) => path.basename(file, '.json'))
  const tried = fixes.filter((fix) => proposed.includes(fix))
  say(`${fixes.length} fixes, ${tried.length} of them with a proposal`)
  const { semgrep: config } = ConfigSchema.parse({ projects: { bench: { path: '.' } } })
  const gate = createRuleGate({ config, cacheDir: cacheFolder(process.env), dataDir: path.join(folder.path, 'data'), env: process.env })
  const refusals: string[] = []
  let admitted = 0
  for (const fix of tried) {
    const refused = await judgeFix(gate, repository, fix, await readProposal(path.join(proposals, `${fix}.json`)))
    if (refused.length === 0) admitted += 1
    refusals.push(...refused)
    say(`  ${fix.slice(0, 12)} ${refused.length === 0 ? 'admitted' : `refused by ${refused.join(', ')}`}`)
  }
  say(`\n  admitted: ${admitted} of ${tried.length} proposals, of ${fixes.length} fixes`)
  for (const check of new Set(refusals)) say(`  ${check.padEnd(20)}${refusals.filter((one) => one === check).length}`)
}

async function readProposal(file: string): Promise<RuleProposal> {
  const proposal = JSON.parse(await readFile(file, 'utf8')) as RuleProposal
  const isWhole =
    [proposal.rule, proposal.bad, proposal.good].every((text) => typeof text === 'string') && RuleLanguages.includes(proposal.language)
  if (!isWhole) throw new Error(`${file} is no proposal: it needs language, rule, bad and good`)
  return proposal
}

/** The checks that refuse a rule for a fix. */
async function judgeFix(gate: RuleGate, repository: string, fix: string, proposal: RuleProposal): Promise<string[]> {
  await using ground = await temporaryFolder()
  await git(repository, 'worktree', 'prune')
  const at = async (name: string, revision: string): Promise<string> => {
    const place = path.join(ground.path, name)
    await git(repository, 'worktree', 'add', '--quiet', '--detach', place, revision)
    return place
  }
  const taught = await at('taught', `${fix}^`)
  const mended = await at('mended', fix)
  const base = await at('base', 'HEAD')
  const changed = (await git(repository, 'diff', '--name-only', '-z', `${fix}^`, fix)).split('\0').filter(Boolean)
  const signal = new AbortController().signal
  const verdict = await gate.judge({
    id: `chum-${fix.slice(0, 12)}`,
    proposal,
    ground: { taught, mended, base, changed },
    inForce: [],
    signal,
  })
  return refusedBy(verdict)
}
