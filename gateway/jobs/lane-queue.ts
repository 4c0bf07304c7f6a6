import { laneOutcomes } from '../../domain/catalogue/reasoning.ts'
import type { Fact } from '../../domain/fact.ts'

/** A question that waits for the browser lane, or is in it. */
export interface LaneEntry {
  readonly job: string
  /** The task or job it belongs to. */
  readonly owner: string
  /** Sequence of its `browser.asked`. */
  readonly sequence: number
  /** Its prompt is about to be sent, or was. */
  readonly begun: boolean
}

/** Who waits for the browser lane, in order: every `browser.asked` that has no outcome yet. */
export interface LaneQueue {
  /** Takes a fact as the stream has it; `ended` says that the fact's task has ended with it. */
  take(fact: Fact, ended: boolean): void
  /** Oldest first. */
  entries(): readonly LaneEntry[]
  clear(): void
}

export const laneQueue = (): LaneQueue => {
  const waiting = new Map<string, LaneEntry>()
  const begin = (job: string, begun: boolean): void => {
    const entry = waiting.get(job)
    if (entry) waiting.set(job, { ...entry, begun })
  }
  return {
    take: (fact, ended) => {
      if (fact.type === 'browser.asked')
        waiting.set(fact.data.job, { job: fact.data.job, owner: fact.subject, sequence: fact.sequence, begun: false })
      else if (fact.type === 'turn.sending') begin(fact.subject, true)
      else if (fact.type === 'turn.refused') begin(fact.subject, false)
      else if (isOutcome(fact)) waiting.delete(fact.data.job)
      // A task that ends takes its question along, and so does a function that gave it up.
      else if (ended || fact.type === 'function.failed')
        for (const entry of waiting.values()) if (entry.owner === fact.subject) waiting.delete(entry.job)
    },
    entries: () => [...waiting.values()].sort((one, other) => one.sequence - other.sequence),
    clear: () => waiting.clear(),
  }
}

const isOutcome = (fact: Fact): fact is Fact<(typeof laneOutcomes)[number]> => laneOutcomes.some((type) => type === fact.type)
