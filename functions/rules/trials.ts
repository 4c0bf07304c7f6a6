import type { RuleOutcome } from '../../domain/catalogue/rule.ts'
import type { Fact } from '../../domain/fact.ts'
import type { ChumSettings } from '../settings.ts'
import type { BookedRule } from './rulebook.ts'

type Scanned = Fact<'scan.passed' | 'scan.failed'>

/** What came of each rule in a run that has ended, by the scans that it was held against: who is not named in the last one found nothing there. Pure. */
export const trialsIn = (facts: readonly Fact[]): Map<string, RuleOutcome> => {
  const scans = facts.filter((fact): fact is Scanned => fact.type === 'scan.passed' || fact.type === 'scan.failed')
  const isDone = facts.some(({ type }) => type === 'task.completed')
  const rules = new Set(scans.flatMap(({ data }) => (data.learned ?? []).map(({ rule }) => rule)))
  return new Map(
    [...rules].flatMap((rule): [string, RuleOutcome][] => {
      const seen = scans.flatMap(({ data }) => (data.learned ?? []).filter((one) => one.rule === rule))
      if (seen.some(({ broken }) => broken)) return [[rule, 'broken']]
      const last = scans.at(-1)?.data.learned?.find((one) => one.rule === rule)
      if (last && last.found > 0) return [[rule, isDone ? 'kept' : 'blocked']]
      if (!isDone) return []
      return [[rule, seen.some(({ found }) => found > 0) ? 'mended' : 'silent']]
    }),
  )
}

/** How often a rule on probation may be wrong, and one that blocks may end tasks, before it is taken out of use. */
const WRONG = 2

/**
 * What becomes of a rule after its admission and the trials since its last change, and why; undefined: it stays as it is, as it does where a person
 * has it on probation. What today's base
 * has is no fault of the next change: such a rule only warns, until a person says otherwise. Pure.
 */
export const nextState = (
  { state, confirmed, baseHits, word }: Pick<BookedRule, 'state' | 'confirmed' | 'baseHits' | 'word'>,
  trials: readonly RuleOutcome[],
  { hits_to_enforce, runs_to_enforce }: Pick<ChumSettings, 'hits_to_enforce' | 'runs_to_enforce'>,
): { state: 'enforced' | 'quarantined'; reason: string } | undefined => {
  if (state === 'quarantined') return undefined
  const times = (trial: RuleOutcome): number => trials.filter((one) => one === trial).length
  if (times('broken') > 0) return { state: 'quarantined', reason: 'semgrep cannot read it' }
  if (times('kept') >= (state === 'enforced' ? 1 : WRONG))
    return { state: 'quarantined', reason: 'what it forbids was delivered all the same' }
  if (state === 'enforced' && times('blocked') >= WRONG)
    return { state: 'quarantined', reason: `${times('blocked')} tasks came to no result over it` }
  // What a person has said of it is for a person to change.
  if (word?.by !== undefined) return undefined
  if (state === 'enforced' || baseHits.length > 0 || times('kept') > 0) return undefined
  const hits = times('mended') + (confirmed ? 1 : 0)
  if (hits >= hits_to_enforce) return { state: 'enforced', reason: `what it finds was refused and mended (${hits} of ${hits_to_enforce})` }
  return trials.length >= runs_to_enforce ? { state: 'enforced', reason: `no false alarm in ${trials.length} tasks` } : undefined
}
