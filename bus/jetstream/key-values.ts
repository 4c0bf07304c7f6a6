import { Kvm } from '@nats-io/kv'
import type { KeyValues } from '../key-values.ts'
import type { Connection } from './connect.ts'
import { patiently } from './patience.ts'
import { settleBucket } from './stream-settings.ts'

/** The server's word for "the last sequence is another one". */
const WRONG_LAST_SEQUENCE = 10071

/**
 * Opens a bucket, which is made when it is missing; a bus that is away is waited for. A value is forgotten `lifeMs` after it was
 * written.
 */
export const openKeyValues = async (connection: Connection, bucket: string, lifeMs: number): Promise<KeyValues> => {
  const kv = await patiently(connection, async () => {
    const made = await new Kvm(connection.js).create(bucket, { history: 1, ttl: lifeMs })
    await settleBucket(connection, `KV_${bucket}`)
    return made
  })
  return {
    get: async (key) => {
      const entry = await kv.get(key)
      return entry?.operation === 'PUT' ? { value: entry.string(), revision: entry.revision } : undefined
    },
    create: (key, value) => unlessStale(() => kv.create(key, value)),
    put: (key, value) => kv.put(key, value),
    update: (key, value, revision) => unlessStale(() => kv.update(key, value, revision)),
    delete: async (key, revision) => {
      const done = await unlessStale(() =>
        kv.delete(key, revision === undefined ? {} : { previousSeq: revision }).then(() => true as const),
      )
      return done ?? false
    },
  }
}

const unlessStale = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === WRONG_LAST_SEQUENCE) return undefined
    throw error
  }
}
