import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Lock, StateAdapter } from 'chat'
import { RetryAfter } from '../../../bus/errors.ts'
import type { ExpiringValues } from './expiring-values.ts'

/** The one lock between processes on the bus. Its end is written in it: a lock whose holder crashed is free again when its time is over. */
export type KvLocks = Pick<StateAdapter, 'acquireLock' | 'extendLock' | 'releaseLock' | 'forceReleaseLock'>

/** Locks in the shape of the SDK, each taken, extended and released by compare-and-set. They throw when the bus does not answer. */
export const kvLocks = (values: ExpiringValues, now: () => number): KvLocks => ({
  acquireLock: (threadId, ttlMs) =>
    values.change<string, Lock | null>('lock', threadId, (present) => {
      const token = randomUUID()
      return present ? { result: null } : { next: { value: token, ttlMs }, result: { threadId, token, expiresAt: now() + ttlMs } }
    }),
  extendLock: ({ threadId, token }, ttlMs) =>
    values.change<string, boolean>('lock', threadId, (present) =>
      present === token ? { next: { value: token, ttlMs }, result: true } : { result: false },
    ),
  releaseLock: ({ threadId, token }) => values.removeIf<string>('lock', threadId, (held) => held === token),
  forceReleaseLock: (threadId) => values.remove('lock', threadId),
})

/** A lock that is held for as long as its process lives. */
export interface Lease {
  /** Aborts when it could not be kept: somebody else may have it by now. */
  readonly lost: AbortSignal
  /** Gives it back. Never throws: one that cannot be given back ends by itself. */
  release(): Promise<void>
}

/** After this a lock whose holder crashed is free again, and how often it is held anew. Milliseconds. */
const LEASE_MS = 6000
const RENEW_MS = 1500

/** Takes the lock of this name; undefined while somebody else holds it. Throws when the bus does not answer. */
export const takeLease = async (locks: Omit<KvLocks, 'forceReleaseLock'>, name: string): Promise<Lease | undefined> => {
  let heldAt = Date.now()
  const lock = await locks.acquireLock(name, LEASE_MS)
  if (!lock) return undefined
  const lost = new AbortController()
  const lose = (why: string): void => {
    clearInterval(timer)
    lost.abort(new Error(why))
  }
  const renew = async (): Promise<void> => {
    const at = Date.now()
    // What fails now is tried again until the lock is over.
    const isHeld = await locks.extendLock(lock, LEASE_MS).catch(() => undefined)
    if (isHeld) heldAt = at
    if (isHeld === false || Date.now() - heldAt > LEASE_MS) lose('another process took over')
  }
  const timer = setInterval(() => void renew(), RENEW_MS).unref()
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer)
      await locks.releaseLock(lock).catch(() => undefined) // it ends by itself
    },
  }
}

/** How long somebody else's work is waited for in place, and how often it is looked after. Milliseconds. */
const PATIENCE_MS = 2000
const LOOK_MS = 50

/** Does the work while the lock of this name is held; throws `RetryAfter` when it is not free in time, and what the work throws. */
export const withLease = async <T>(
  locks: KvLocks,
  name: string,
  signal: AbortSignal | undefined,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> => {
  const until = Date.now() + PATIENCE_MS
  let lease = await takeLease(locks, name)
  while (!lease) {
    if (Date.now() >= until) throw new RetryAfter(LEASE_MS, 'another process is at work on the same')
    await pause(LOOK_MS, undefined, { signal })
    lease = await takeLease(locks, name)
  }
  try {
    return await work(lease.lost)
  } finally {
    await lease.release()
  }
}
