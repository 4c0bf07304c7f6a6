import type { QueueEntry, StateAdapter } from 'chat'
import type { KeyValues } from '../../../bus/key-values.ts'
import { type ExpiringValues, expiringValues } from './expiring-values.ts'
import { kvLocks } from './kv-lock.ts'

/**
 * The SDK's memory on NATS KV: shared by all processes, kept over a restart. Claims are compare-and-set. Throws when the
 * bus does not answer.
 */
export const chatState = (open: () => Promise<KeyValues>, now: () => number = Date.now): StateAdapter => {
  const values = expiringValues(open, now)
  return { ...cache(values), ...kvLocks(values, now), ...lists(values), ...queues(values), ...subscriptions(values) }
}

const cache = (values: ExpiringValues) => ({
  connect: async () => void (await values.open()),
  disconnect: async () => undefined,
  // The SDK names the type of what it stored itself.
  get: async <T>(key: string) => (await values.read<T>('value', key)) ?? null,
  set: <T>(key: string, value: T, ttlMs?: number) => values.write('value', key, value, ttlMs),
  setIfNotExists: (key: string, value: unknown, ttlMs?: number) =>
    values.change('value', key, (present) => (present === undefined ? { next: { value, ttlMs }, result: true } : { result: false })),
  delete: (key: string) => values.remove('value', key),
})

const lists = (values: ExpiringValues) => ({
  appendToList: (key: string, value: unknown, { maxLength, ttlMs }: { maxLength?: number; ttlMs?: number } = {}) =>
    values.change<unknown[], void>('list', key, (present = []) => {
      const all = [...present, value]
      return { next: { value: maxLength === undefined ? all : all.slice(-maxLength), ttlMs }, result: undefined }
    }),
  getList: async <T>(key: string) => (await values.read<T[]>('list', key)) ?? [],
})

const queues = (values: ExpiringValues) => ({
  enqueue: (threadId: string, entry: QueueEntry, maxSize: number) =>
    values.change<QueueEntry[], number>('queue', threadId, (present = []) => {
      const value = [...present, entry].slice(-maxSize)
      return { next: { value }, result: value.length }
    }),
  dequeue: (threadId: string) =>
    values.change<QueueEntry[], QueueEntry | null>('queue', threadId, ([first, ...rest] = []) =>
      first ? { next: { value: rest }, result: first } : { result: null },
    ),
  queueDepth: async (threadId: string) => (await values.read<QueueEntry[]>('queue', threadId))?.length ?? 0,
})

const subscriptions = (values: ExpiringValues) => ({
  subscribe: (threadId: string) => values.write('thread', threadId, true),
  unsubscribe: (threadId: string) => values.remove('thread', threadId),
  isSubscribed: async (threadId: string) => (await values.read<boolean>('thread', threadId)) ?? false,
})

/** Marks that the SDK and its adapters set before a message was handled: what failed would never be handled then. */
const SEEN = /^(dedupe:|[a-z]+:(webhook-update|event-delivered):)/

/** The same memory without those marks; whoever uses it marks by himself, afterwards, what is done. */
export const withoutSeenMarks = (state: StateAdapter): StateAdapter => ({
  ...state,
  get: async (key) => (SEEN.test(key) ? null : state.get(key)),
  set: async (key, value, ttlMs) => (SEEN.test(key) ? undefined : state.set(key, value, ttlMs)),
  setIfNotExists: async (key, value, ttlMs) => (SEEN.test(key) ? true : state.setIfNotExists(key, value, ttlMs)),
})
