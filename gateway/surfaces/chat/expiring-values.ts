import { createHash } from 'node:crypto'
import type { KeyValues } from '../../../bus/key-values.ts'

/** A value with its own end; absent for none but the bucket's. */
interface Kept<T> {
  readonly value: T
  /** Milliseconds since 1970. */
  readonly until?: number | undefined
}

/** What becomes of a value: the next one, if any, and what whoever asked is told. */
interface Decision<T, R> {
  readonly next?: { readonly value: T; readonly ttlMs?: number | undefined }
  readonly result: R
}

/** Values that end by themselves, over a bucket whose values all live equally long. What has ended counts as absent. */
export interface ExpiringValues {
  open(): Promise<KeyValues>
  read<T>(kind: string, key: string): Promise<T | undefined>
  write<T>(kind: string, key: string, value: T, ttlMs?: number): Promise<void>
  remove(kind: string, key: string): Promise<void>
  /** Removes it only while it is this one. */
  removeIf<T>(kind: string, key: string, is: (value: T) => boolean): Promise<void>
  /** Compare and set: decides about the present value, again whenever somebody else wrote meanwhile. */
  change<T, R>(kind: string, key: string, decide: (present: T | undefined) => Decision<T, R>): Promise<R>
}

/** A writer that lost this often against others has met something else than others. */
const MAX_CONFLICTS = 200

export const expiringValues = (open: () => Promise<KeyValues>, now: () => number): ExpiringValues => {
  const entry = async <T>(name: string): Promise<{ kept: Kept<T> | undefined; revision: number } | undefined> => {
    const found = await (await open()).get(name)
    if (!found) return undefined
    const kept: Kept<T> = JSON.parse(found.value)
    return { kept: kept.until !== undefined && kept.until <= now() ? undefined : kept, revision: found.revision }
  }
  const text = <T>(value: T, ttlMs?: number): string => JSON.stringify({ value, ...(ttlMs === undefined ? {} : { until: now() + ttlMs }) })
  return {
    open,
    read: async <T>(kind: string, key: string) => (await entry<T>(nameOf(kind, key)))?.kept?.value,
    write: async (kind, key, value, ttlMs) => void (await (await open()).put(nameOf(kind, key), text(value, ttlMs))),
    remove: async (kind, key) => void (await (await open()).delete(nameOf(kind, key))),
    removeIf: async <T>(kind: string, key: string, is: (value: T) => boolean) => {
      const found = await entry<T>(nameOf(kind, key))
      if (found?.kept && is(found.kept.value)) await (await open()).delete(nameOf(kind, key), found.revision)
    },
    change: async <T, R>(kind: string, key: string, decide: (present: T | undefined) => Decision<T, R>) => {
      const values = await open()
      const name = nameOf(kind, key)
      for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
        const found = await entry<T>(name)
        const { next, result } = decide(found?.kept?.value)
        if (!next) return result
        const written = text(next.value, next.ttlMs)
        if ((found ? await values.update(name, written, found.revision) : await values.create(name, written)) !== undefined) return result
      }
      throw new Error(`the chat's memory changed ${MAX_CONFLICTS} times while it was written`)
    },
  }
}

/** Keys of others may have any letters and any length. */
const nameOf = (kind: string, key: string): string => `${kind}.${createHash('sha256').update(key).digest('hex')}`
