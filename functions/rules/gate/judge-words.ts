import type { RuleCheck, RuleProposal } from '../rule-ports.ts'
import { faultsOfLimits } from './limits.ts'
import { faultsOfWords } from './plain-words.ts'
import { type ReadRule, readRule } from './read-rule.ts'
import type { Tie } from './ties.ts'

/** In this order a verdict tells its checks. */
const order: readonly string[] = [
  ...['one-rule', 'plain-message', 'within-limits', 'is-read', 'hits-bad', 'misses-good', 'hits-taught', 'misses-mended', 'general'],
  ...['clean-base', 'quick', 'no-duplicate', 'no-contradiction'],
]

const of = (check: string, faults: readonly string[], good: string): RuleCheck => ({
  ...{ check, passed: faults.length === 0 },
  evidence: faults.length === 0 ? good : [...new Set(faults)].slice(0, 6).join('; ').slice(0, 1_000),
})

/** What a proposal says about itself, before anything is run, and the rule in it. Pure. */
export function judgeWords(proposal: RuleProposal): { checks: RuleCheck[]; rule?: ReadRule; mayRun: boolean } {
  const { rule, faults } = readRule(proposal)
  const limits = rule && of('within-limits', faultsOfLimits(rule.formula, proposal.language), 'its patterns and regexes are within limits')
  const checks = [
    of('one-rule', faults, 'it is one rule, and says no more than a rule may'),
    of('plain-message', faultsOfWords(proposal, rule), 'its words are about code'),
    ...(limits ? [limits] : []),
  ]
  return { checks, rule, mayRun: limits?.passed === true }
}

/** Checks in their order, where several that have one name are one: all of them must hold. Pure. */
export function inOrder(checks: readonly RuleCheck[]): RuleCheck[] {
  return order.flatMap((check) => {
    const same = checks.filter((one) => one.check === check)
    const told = same.some(({ passed }) => !passed) ? same.filter(({ passed }) => !passed) : same
    // It quotes what a model wrote: nothing that cannot be seen may come along.
    const evidence = told
      .map((one) => one.evidence)
      .join('; ')
      .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    return same.length === 0 ? [] : [{ check, passed: same.every(({ passed }) => passed), evidence }]
  })
}

/** What ties a rule to the task that taught it. @param known names that code outside of the change knows, too */
export const judgeTies = (ties: readonly Tie[], known: ReadonlySet<string>): RuleCheck => {
  const own = ties.filter(({ name, unlessKnown }) => !(unlessKnown && known.has(name))).map(({ name }) => `"${name.slice(0, 60)}"`)
  return of(
    'general',
    own.length > 0 ? [`its patterns say ${own.join(', ')}, which is of this task alone`] : [],
    'nothing in its patterns is of this task alone',
  )
}
