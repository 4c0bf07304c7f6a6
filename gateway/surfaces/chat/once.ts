import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { KeyValues } from '../../../bus/key-values.ts'

interface Mark {
  readonly done: boolean
  /** Milliseconds since 1970 at which whoever works on it counts as crashed. */
  readonly until: number
}

/** Longer than any message is worked on. */
const WORK_MS = 30_000
/** A platform that delivers twice at once gets its second answer after this, in milliseconds. */
const PATIENCE_MS = 2000

/**
 * Does the work for this key once: a delivery that comes again, later or at the same time, changes nothing. The mark is set
 * after the work, so that what failed or crashed is done by the next delivery. Says whether it did the work now. Throws what the
 * work throws, and when another delivery of the same is still at work after 2 s.
 */
export const doOnce = async (values: KeyValues, key: string, work: () => Promise<void>, now: () => number = Date.now): Promise<boolean> => {
  const name = `once.${createHash('sha256').update(key).digest('hex')}`
  const revision = await claim(values, name, now)
  if (revision === undefined) return false
  try {
    await work()
  } catch (error) {
    await values.delete(name, revision)
    throw error
  }
  await values.put(name, JSON.stringify({ done: true, until: 0 } satisfies Mark))
  return true
}

/** The revision of our mark; undefined when it is done already. */
const claim = async (values: KeyValues, name: string, now: () => number): Promise<number | undefined> => {
  const patience = now() + PATIENCE_MS
  for (;;) {
    const mine = JSON.stringify({ done: false, until: now() + WORK_MS } satisfies Mark)
    const first = await values.create(name, mine)
    if (first !== undefined) return first
    const entry = await values.get(name)
    if (!entry) continue
    const mark: Mark = JSON.parse(entry.value)
    if (mark.done) return undefined
    if (mark.until <= now()) {
      const taken = await values.update(name, mine, entry.revision)
      if (taken !== undefined) return taken
      continue
    }
    if (now() >= patience) throw new Error('another delivery of the same message is still being worked on')
    await pause(25)
  }
}
