import type { TaskFolds } from '../../domain/task-story.ts'

/** Waiting for the next fact of a story, for those who follow it. */
export interface Arrivals {
  /** Resolves when a fact of `id` has passed since the call, or when the time is over; says which. */
  next(id: string, withinMs: number): { readonly arrived: Promise<boolean>; cancel(): void }
}

/** Listens to the folds. Who waits when `stopping` aborts is answered at once, so that nobody's patience holds up the stop. */
export const followArrivals = (folds: Pick<TaskFolds, 'onFact'>, stopping?: AbortSignal): Arrivals => {
  const waiting = new Map<string, Set<(arrived: boolean) => void>>()
  folds.onFact((fact) => {
    for (const settle of [...(waiting.get(fact.subject) ?? [])]) settle(true)
  })
  stopping?.addEventListener('abort', () => {
    for (const those of [...waiting.values()]) for (const settle of [...those]) settle(false)
  })
  return {
    next: (id, withinMs) => {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const those = waiting.get(id) ?? new Set()
      waiting.set(id, those)
      const settle = (arrived: boolean): void => {
        clearTimeout(timer)
        those.delete(settle)
        if (those.size === 0 && waiting.get(id) === those) waiting.delete(id)
        resolve(arrived)
      }
      const timer = setTimeout(() => settle(false), stopping?.aborted ? 0 : withinMs)
      those.add(settle)
      return { arrived: promise, cancel: () => settle(false) }
    },
  }
}
