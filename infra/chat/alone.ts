import { setTimeout as pause } from 'node:timers/promises'
import { RetryAfter } from '../../bus/errors.ts'
import type { Lease } from './lease.ts'

/** How long somebody else's work is waited for in place, and how long it takes at most. Milliseconds. */
const PATIENCE_MS = 2000
const LOOK_MS = 100
const OTHER_MS = 6000

/** Does the work while the lease is held; throws `RetryAfter` when it is not free in time, and what the work throws. */
export const alone = async <T>(
  take: () => Promise<Lease | undefined>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const until = Date.now() + PATIENCE_MS
  let lease = await take()
  while (!lease) {
    if (Date.now() >= until) throw new RetryAfter(OTHER_MS, 'another update of the same is under way')
    await pause(LOOK_MS, undefined, { signal })
    lease = await take()
  }
  try {
    return await work(AbortSignal.any([signal, lease.lost]))
  } finally {
    await lease.release()
  }
}
