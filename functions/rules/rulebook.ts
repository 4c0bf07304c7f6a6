import type { DataOf } from '../../domain/catalogue/index.ts'
import type { RuleState } from '../../domain/catalogue/rule.ts'
import type { Fact } from '../../domain/fact.ts'

/** A rule of a project, as its rulebook says. */
export interface BookedRule extends DataOf<'rule.admitted'> {
  readonly state: RuleState
  /** The sequence of the fact that brought it there. */
  readonly since: number
  /** What it counted for before; undefined while nothing was said of it that could be taken back. */
  readonly before: RuleState | undefined
  /** The last word about it. */
  readonly word?: { readonly reason: string; readonly by?: string | undefined }
}

type Word = Fact<'rule.enforced' | 'rule.quarantined' | 'rule.restored'>

/** The rules of a project in the order of their admission, from the facts of its rulebook. Pure. */
export const rulesIn = (facts: readonly Fact[]): BookedRule[] =>
  facts
    .filter((fact) => fact.type === 'rule.admitted')
    .map((admitted) => {
      const words = facts.filter(isWord).filter((fact) => fact.data.rule === admitted.data.rule)
      const past = words.reduce<Step[]>(after, [{ state: 'probation', since: admitted.sequence }])
      const { reason, by } = words.at(-1)?.data ?? {}
      return { ...admitted.data, ...past.at(-1)!, before: past.at(-2)?.state, ...(reason === undefined ? {} : { word: { reason, by } }) }
    })

interface Step {
  readonly state: RuleState
  readonly since: number
}

/** Taking back the last word leads to what was before it, and what was admitted stays admitted. */
const after = (past: Step[], { type, sequence }: Word): Step[] => {
  if (type !== 'rule.restored') return [...past, { state: type === 'rule.enforced' ? 'enforced' : 'quarantined', since: sequence }]
  const before = past.length > 1 ? past.slice(0, -1) : past
  return [...before.slice(0, -1), { ...before.at(-1)!, since: sequence }]
}

const isWord = (fact: Fact): fact is Word => ['rule.enforced', 'rule.quarantined', 'rule.restored'].includes(fact.type)

/** Whether somebody's word about a rule may be taken now: what is so already is repeated, and what nobody said cannot be taken back. Pure. */
export const judgeWord = (type: Word['type'], rule: string, facts: readonly Fact[]): 'accept' | 'repeated' | { fault: string } => {
  const booked = rulesIn(facts).find((one) => one.rule === rule)
  if (!booked) return { fault: `there is no rule ${rule} in this rulebook` }
  if (type === 'rule.restored')
    return booked.before ? 'accept' : { fault: `nothing was said of ${booked.name} yet that could be taken back` }
  return type === `rule.${booked.state}` ? 'repeated' : 'accept'
}

/** Those that changes are held against. Pure. */
export const inForce = (rules: readonly BookedRule[]): BookedRule[] => rules.filter(({ state }) => state !== 'quarantined')
