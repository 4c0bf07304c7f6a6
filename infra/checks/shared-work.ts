import { unlessAborted } from '../../bus/within.ts'

type SharedWork<Work> = (key: string, signal: AbortSignal, work: () => Promise<Work>) => Promise<{ work: Work; shared: boolean }>

/**
 * Does the work of a key once for all who ask while it goes on, in this process; `shared` says that somebody else did it. Who waits gives
 * up by his own signal; when the one who works does, the next one who waits begins anew.
 */
export function createSharedWork<Work>(): SharedWork<Work> {
  const works = new Map<string, Promise<Work>>()
  return async (key, signal, work) => {
    for (let others = works.get(key); others; others = works.get(key)) {
      const ended = await unlessAborted(signal, outcomeOf(others))
      if (ended) return { work: ended.work, shared: true }
    }
    const own = work().finally(() => works.delete(key))
    works.set(key, own)
    return { work: await own, shared: false }
  }
}

/** Null where it ended without one; whoever did it is told why. */
const outcomeOf = <Work>(others: Promise<Work>): Promise<{ work: Work } | null> =>
  others.then(
    (work) => ({ work }),
    () => null,
  )
