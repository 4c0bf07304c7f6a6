import type { catalogue } from './catalogue/index.ts'
import type { Folds } from './folds.ts'

/** Waiting for the next fact of a story, for those who follow it. */
export interface Arrivals {
  /** Resolves when a fact of `id` has passed since the call, or when the time is over; says which. */
  next(id: string, withinMs: number): { readonly arrived: Promise<boolean>; cancel(): void }
}

/** Listens to the folds. */
export const followArrivals = (folds: Pick<Folds<typeof catalogue>, 'onFact'>): Arrivals => {
  const waiting = new Map<string, Set<() => void>>()
  folds.onFact((fact) => {
    for (const tell of [...(waiting.get(fact.subject) ?? [])]) tell()
  })
  return {
    next: (id, withinMs) => {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const those = waiting.get(id) ?? new Set()
      waiting.set(id, those)
      const settle = (arrived: boolean): void => {
        clearTimeout(timer)
        those.delete(tell)
        if (those.size === 0 && waiting.get(id) === those) waiting.delete(id)
        resolve(arrived)
      }
      const tell = (): void => settle(true)
      const timer = setTimeout(() => settle(false), withinMs)
      those.add(tell)
      return { arrived: promise, cancel: () => settle(false) }
    },
  }
}
