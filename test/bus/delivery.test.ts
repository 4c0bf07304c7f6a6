import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeOnce } from '../../bus/decode-once.ts'
import { encode } from '../../bus/envelope.ts'
import type { Delivery } from '../../bus/jetstream/consume.ts'
import type { Deliverer } from '../../bus/runtime/deliverer.ts'
import { deliver } from '../../bus/runtime/delivery.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Task } from '../../domain/task.ts'
import { quiet } from '../support/bus.ts'

/** A delivered `task.created` that notes how it was acknowledged. */
const delivered = (acknowledged: string[]): Delivery => {
  const time = new Date().toISOString()
  const { headers, body, subject } = encode(catalogue, {
    id: 'event-1',
    type: 'task.created',
    subject: 'task-1',
    source: 'test',
    time,
    causedBy: 'test',
    hops: 0,
    data: { title: 'a task' },
  })
  return {
    subject,
    header: (name) => headers[name] ?? '',
    headers: () => headers,
    body: () => body,
    sequence: 1,
    time,
    deliveries: 1,
    ack: () => acknowledged.push('ack'),
    nak: () => acknowledged.push('nak'),
    term: () => acknowledged.push('term'),
    working: () => undefined,
  }
}

test('every try keeps its message for its whole deadline, not for what the tries before it left', async () => {
  const [held, acknowledged]: [number[], string[]] = [[], []]
  // What this delivery touches of the deliverer; anything else would throw.
  const deliverer = {
    parts: {
      catalogue,
      connection: { lastAway: () => 0, nc: { isClosed: () => false } },
      folds: { peek: () => undefined, decode: decodeOnce(catalogue, undefined) },
      log: quiet,
      now: () => new Date(),
    },
    ticker: {
      hold: (_: Delivery, forMs: number) => {
        held.push(forMs)
        return () => undefined
      },
    },
    inFlight: new Set(),
    hearings: () => new Map(),
    maxDeliver: 20,
    stopping: new AbortController().signal,
    pausing: () => new AbortController().signal,
    storeLost: () => new AbortController().signal,
  } as unknown as Deliverer<typeof catalogue, Task, undefined>
  let tries = 0
  const handler = () => {
    if (++tries < 3) throw new Error('not yet')
    return []
  }
  const behaviour = { timeout: '10s', retry: { attempts: 3, backoff: ['1ms'] } } as const
  await deliver(deliverer, 'slow', { on: ['task.created'], emits: [], handler, ...behaviour }, delivered(acknowledged))
  assert.deepEqual([tries, acknowledged, held.filter((ms) => ms === 70_000).length], [3, ['ack'], 4])
})
