import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastSequence } from '../../bus/jetstream/read.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { defineFunction } from '../../functions/define-function.ts'
import { startBus } from '../support/bus.ts'
import { requested, retried } from '../support/facts.ts'
import { until } from '../support/temporary.ts'

const calm = { timeout: '10s', retry: { attempts: 2, backoff: ['10ms'] } } as const

test('what was decided in an earlier run does nothing in a later one: neither its timers nor its late answers', async () => {
  const asked: string[] = []
  const timer = Promise.withResolvers<void>()
  const setTimer = defineFunction({
    on: ['task.routed'],
    emits: ['reasoning.requested'],
    ...calm,
    handler: async ({ later, now }) => [later(new Date(now().getTime() + 1500), 'reasoning.requested', requested().data)],
  })
  const hear = defineFunction({
    on: ['reasoning.requested'],
    emits: [],
    ...calm,
    handler: async ({ event, state }) => {
      await state()
      asked.push(event.causedBy)
      return []
    },
  })
  await using bus = await startBus(catalogue, { 'set-timer': setTimer, hear })
  bus.runtime.folds.onFact((fact) => {
    if (fact.type === 'reasoning.requested' && fact.decidedAt !== undefined) timer.resolve()
  })
  await bus.emit('task.created', 'a', { title: 'a task' })
  const routing = { master: 'm', workflow: 'change', project: 'p', planner: 'a', implementer: 'a', reviewer: 'b', gate: 'person' }
  await bus.emit('task.routed', 'a', routing)
  // The timer is set before the task ends, or there would be none.
  while ((await lastSequence(bus.connection, 'sched.>')) === 0) await new Promise((resolve) => setImmediate(resolve))
  await bus.emit('task.failed', 'a', { reason: 'no', class: 'rejected' })
  await bus.emit('task.retried', 'a', retried().data)
  await timer.promise
  // Behind the timer, by the same function: when this one was heard, the timer was passed over.
  await bus.emit('reasoning.requested', 'a', requested().data)
  await until(() => asked.length > 0)
  assert.deepEqual(asked, ['test'])
})

test('a message that a newer version wrote waits for the upgrade and is no failure', async () => {
  await using bus = await startBus(catalogue, {
    hear: defineFunction({ on: ['task.created'], emits: [], ...calm, handler: () => [] }),
  })
  const newer = { ...catalogue, 'task.created': { ...catalogue['task.created'], v: 2 } }
  const { encode } = await import('../../bus/envelope.ts')
  const { store } = await import('../../bus/jetstream/publish.ts')
  const { readAll } = await import('../../bus/jetstream/read.ts')
  const time = new Date().toISOString()
  const wire = encode(newer, {
    id: 'new',
    type: 'task.created',
    subject: 'a',
    source: 'x',
    time,
    causedBy: 'x',
    hops: 0,
    data: { title: 't' },
  })
  await store(bus.connection, [{ ...wire, messageId: 'new' }], AbortSignal.timeout(5000))
  const copies = async () => readAll(bus.connection, 'EVENTS', ['sched.hear.>'])
  await until(async () => (await copies()).length > 0)
  assert.equal((await copies()).length, 1)
  assert.equal((await bus.facts('a')).length, 0)
})
