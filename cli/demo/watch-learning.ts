import type { Fact } from '../../domain/fact.ts'
import { learnerIdFor, rulebookOf } from '../../domain/learner.ts'
import type { System } from '../../infra/app/start.ts'
import { type Paint, storyLine } from '../render.ts'
import { PROJECT } from './playground.ts'

interface Watching {
  /** The task that teaches. */
  readonly task: string
  readonly print: (line: string) => void
  readonly paint: Paint
  readonly signal: AbortSignal
}

/** What learning asks and is asked in between says nothing to who watches. */
const isTold = ({ type }: Fact): boolean => /^(?:learner|rule)\./.test(type)

/** Prints what is learned while a task runs and after it, up to its rule. `rule` answers whether a rule blocks that mistake from now on. */
export const watchLearning = (system: System, { task, print, paint, signal }: Watching): { readonly rule: () => Promise<boolean> } => {
  const start = new Date().toISOString()
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  promise.catch(() => undefined) // whoever asks for the rule hears of it
  const seen = new Set<string>()
  let isOver = false
  const over = (isTaught: boolean): void => {
    isOver = true
    resolve(isTaught)
  }
  const take = (fact: Fact): void => {
    if (isOver || !isTold(fact) || seen.has(fact.id)) return
    seen.add(fact.id)
    print(storyLine({ ...fact }, start, paint))
    if (fact.type === 'rule.enforced') over(true)
    if (fact.type === 'rule.dropped' || (fact.type === 'learner.ended' && fact.data.learned === 0)) over(false)
  }
  system.folds.onFact((fact) => take(fact as Fact))
  return {
    rule: async () => {
      // An interrupted demo may have learned it before.
      for (const id of [learnerIdFor(task, 0), rulebookOf(PROJECT)]) for (const fact of await system.folds.facts(id)) take(fact as Fact)
      return promise
    },
  }
}
