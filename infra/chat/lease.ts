import type { StateAdapter } from 'chat'

/** A lock on the bus that is held for as long as its process lives. */
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
export const takeLease = async (
  state: Pick<StateAdapter, 'acquireLock' | 'extendLock' | 'releaseLock'>,
  name: string,
): Promise<Lease | undefined> => {
  let heldAt = Date.now()
  const lock = await state.acquireLock(name, LEASE_MS)
  if (!lock) return undefined
  const lost = new AbortController()
  const lose = (why: string): void => {
    clearInterval(timer)
    lost.abort(new Error(why))
  }
  const renew = async (): Promise<void> => {
    const at = Date.now()
    // What fails now is tried again until the lock is over.
    const isHeld = await state.extendLock(lock, LEASE_MS).catch(() => undefined)
    if (isHeld) heldAt = at
    if (isHeld === false || Date.now() - heldAt > LEASE_MS) lose('another process took over')
  }
  const timer = setInterval(() => void renew(), RENEW_MS)
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer)
      await state.releaseLock(lock).catch(() => undefined) // it ends by itself
    },
  }
}
