import { doorSequence } from '../../bus/door.ts'
import type { FactOf } from '../../bus/envelope.ts'
import type { catalogue } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import type { TaskFolds } from '../../domain/task-story.ts'

/** The fact that a message at the door led to, or nothing yet. */
export type AdmissionOutcome = { kind: 'fact'; fact: FactOf<typeof catalogue> } | { kind: 'pending' }

/** What became of messages at the door. */
export interface Admissions {
  /**
   * The fact that the message with this sequence of DOOR led to, also when it has passed already; `pending` when there is
   * none within that time. The message is stored: it is decided on sooner or later in any case.
   */
  outcome(sequence: number, withinMs: number): Promise<AdmissionOutcome>
  /** Why the newest request about this task was refused, as far as this process remembers. */
  refusalOf(task: string): readonly string[] | undefined
}

const REMEMBERED = 5000

const refusalIn = (fact: FactOf<typeof catalogue>): Fact<'request.refused'>['data'] | undefined => {
  // The catalogue is the product's own, so its facts are `Fact`s: the union spelled out.
  const known = fact as Fact
  return known.type === 'request.refused' ? known.data : undefined
}

/** Listens to the folds and remembers the last 5,000 outcomes. */
export const followAdmissions = (folds: Pick<TaskFolds, 'onFact'>): Admissions => {
  const outcomes = new Map<number, FactOf<typeof catalogue>>()
  const waiting = new Map<number, Set<(fact: FactOf<typeof catalogue>) => void>>()
  let last = 0
  folds.onFact((fact) => {
    // Sequences that go backwards belong to another store, whose door begins at 1 again.
    if (fact.sequence < last) outcomes.clear()
    last = fact.sequence
    const sequence = doorSequence(fact.causedBy)
    if (sequence === undefined || outcomes.has(sequence)) return
    outcomes.set(sequence, fact)
    if (outcomes.size > REMEMBERED) outcomes.delete(outcomes.keys().next().value!)
    for (const tell of waiting.get(sequence) ?? []) tell(fact)
  })
  return {
    refusalOf: (task) => {
      const refusals = [...outcomes.values()].map(refusalIn).filter((refusal) => refusal?.task === task)
      return refusals.at(-1)?.faults
    },
    outcome: (sequence, withinMs) => {
      const known = outcomes.get(sequence)
      if (known) return Promise.resolve({ kind: 'fact', fact: known })
      return new Promise((resolve) => {
        const those = waiting.get(sequence) ?? new Set()
        waiting.set(sequence, those)
        const settle = (outcome: AdmissionOutcome): void => {
          clearTimeout(timer)
          those.delete(tell)
          if (those.size === 0) waiting.delete(sequence)
          resolve(outcome)
        }
        const tell = (fact: FactOf<typeof catalogue>): void => settle({ kind: 'fact', fact })
        const timer = setTimeout(() => settle({ kind: 'pending' }), withinMs)
        those.add(tell)
      })
    },
  }
}
