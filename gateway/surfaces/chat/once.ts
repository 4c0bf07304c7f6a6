import type { KeyValues } from '../../../bus/key-values.ts'
import { expiringValues } from './expiring-values.ts'
import { kvLocks, withLease } from './kv-lock.ts'

/**
 * Does the work for this key once: a delivery that comes again, later or at the same time, changes nothing. The mark is set
 * after the work, so that what failed or crashed is done by the next delivery. Says whether it did the work now. Throws what the
 * work throws, and `RetryAfter` when another delivery of the same is still at work after 2 s.
 */
export const doOnce = async (open: KeyValues, key: string, work: () => Promise<void>, now: () => number = Date.now): Promise<boolean> => {
  const values = expiringValues(async () => open, now)
  const isDone = async (): Promise<boolean> => (await values.read<boolean>('once', key)) === true
  if (await isDone()) return false
  return withLease(kvLocks(values, now), `once ${key}`, undefined, async () => {
    if (await isDone()) return false
    await work()
    await values.write('once', key, true)
    return true
  })
}
