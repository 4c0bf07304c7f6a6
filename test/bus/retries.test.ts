import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyFunction } from '../../bus/define-function.ts'
import type { Stored } from '../../bus/envelope.ts'
import { NeedsHuman, NotRetryable, RetryAfter } from '../../bus/errors.ts'
import type { Delivery } from '../../bus/jetstream/consume.ts'
import { type Copy, judgeFailure, redriveCopy, restore, retryCopy } from '../../bus/runtime/retries.ts'

const work = { on: ['task.created'], emits: [], handler: () => [] }
const parallel: AnyFunction = { ...work, timeout: '30s', retry: { attempts: 4, backoff: ['1s', '10s'] } }
const ordered: AnyFunction = { ...work, ordered: true }
const judged = (error: unknown, attempt: number, fn: AnyFunction = parallel) => judgeFailure(fn, error, attempt)

test('an unknown failure is tried again by the declared pauses, the last one repeating, and then is dead', () =>
  assert.deepEqual(
    [1, 2, 3, 4].map((attempt) => judged(new Error('x'), attempt)),
    [
      { kind: 'again', afterMs: 1000 },
      { kind: 'again', afterMs: 10_000 },
      { kind: 'again', afterMs: 10_000 },
      { kind: 'dead', needsHuman: false },
    ],
  ))

test('what cannot be helped is dead at once, and what only a person can help says so', () => {
  assert.deepEqual(judged(new NotRetryable('no'), 1), { kind: 'dead', needsHuman: false })
  assert.deepEqual(judged(new NeedsHuman('look'), 1), { kind: 'dead', needsHuman: true })
})

test('surroundings that ask for patience get it, but not for ever', () => {
  assert.deepEqual(judged(new RetryAfter(60_000, 'busy'), 1), { kind: 'again', afterMs: 60_000 })
  assert.deepEqual(judged(new RetryAfter(60_000, 'busy'), 4), { kind: 'dead', needsHuman: false })
})

test('an ordered function never gives up on failing surroundings, with pauses up to half a minute', () => {
  const pauses = [1, 3, 7, 100].map((attempt) => judged(new Error('x'), attempt, ordered))
  assert.deepEqual(
    pauses,
    [500, 2000, 30_000, 30_000].map((afterMs) => ({ kind: 'again', afterMs })),
  )
  assert.equal(judged(new NotRetryable('no'), 1, ordered).kind, 'dead')
})

test('things that are thrown and are no errors are tried again too', () => assert.equal(judged('words', 1).kind, 'again'))

const headers: Record<string, string> = {
  'ce-id': 'event-1',
  'ce-type': 'task.created',
  'ce-subject': 'task-1',
  'ce-specversion': '1.0',
  traceparent: '00-1',
  'Nats-Msg-Id': 'event-1',
  'Nats-Expected-Stream': 'EVENTS',
}
const message: Stored = {
  subject: 'task.created.task-1',
  header: (name) => headers[name] ?? '',
  body: () => '{"title":"x"}',
  sequence: 5,
  time: '2026-01-01T10:00:00.000Z',
}
const deliver = (copy: Copy, subject: string, stray: Record<string, string> = {}): Delivery => {
  const all: Record<string, string> = { ...copy.headers, ...stray }
  const nothing = (): void => undefined
  return {
    subject,
    header: (name: string) => all[name] ?? '',
    body: () => copy.body,
    sequence: 99,
    time: '2026-01-01T11:00:00.000Z',
    deliveries: 1,
    headers: () => all,
    ack: nothing,
    nak: nothing,
    term: nothing,
    working: nothing,
  }
}
const again = new Date('2026-01-01T10:00:30.000Z')
const original = { message, attempt: 1, isCopy: false, redrive: () => 0 }
test('a retry is a schedule whose target only its function hears, under an id with the attempt', () => {
  const copy = retryCopy('route-task', original, headers, again)
  assert.deepEqual([copy.subject, copy.messageId], ['sched.route-task.task-1.event-1', 'event-1:route-task:0:2'])
  assert.equal(copy.headers['Nats-Schedule'], '@at 2026-01-01T10:00:30.000Z')
  assert.equal(copy.headers['Nats-Schedule-Target'], 'retry.route-task.task-1.event-1')
})

test('a copy carries what belongs to the event and nothing that belongs to one message', () => {
  const copy = retryCopy('route-task', original, headers, again)
  assert.equal(copy.headers['traceparent'], '00-1')
  assert.equal(copy.headers['Nats-Msg-Id'], undefined)
  assert.equal(copy.headers['Nats-Expected-Stream'], undefined)
})

test('the original comes back out of its copy as it was, with the attempt', () => {
  const copy = retryCopy('route-task', original, headers, again)
  const delivery = deliver(copy, 'retry.route-task.task-1.event-1', {
    'Nats-Stream': 'x',
    'Nats-Batch-Id': 'stray',
  })
  const restored = restore('route-task', delivery)
  assert.deepEqual([restored.attempt, restored.isCopy, restored.redrive()], [2, true, 0])
  assert.deepEqual(
    [restored.message.subject, restored.message.sequence, restored.message.time, restored.message.body()],
    [message.subject, 5, message.time, message.body()],
  )
  assert.deepEqual([restored.message.header('ce-id'), restored.message.header('Nats-Stream')], ['event-1', ''])
  assert.equal(retryCopy('route-task', restored, headers, again).messageId, 'event-1:route-task:0:3')
})

test('what is no copy for this function is its own original', () => {
  const delivery = deliver({ subject: '', headers, body: '{}', messageId: '' }, 'retry.other-function.task-1.event-1')
  assert.deepEqual([restore('route-task', delivery).message === delivery, restore('route-task', delivery).attempt], [true, 1])
})

test('a dead letter that is sent again has all its attempts, under an id of its own', () => {
  const copy = redriveCopy('route-task', message, headers, 2)
  assert.deepEqual([copy.subject, copy.messageId], ['retry.route-task.task-1.event-1', 'event-1:route-task:2:1'])
  const restored = restore('route-task', deliver(copy, copy.subject))
  assert.deepEqual([restored.attempt, restored.redrive(), restored.message.sequence], [1, 2, 5])
  assert.notEqual(retryCopy('route-task', restored, headers, again).messageId, retryCopy('route-task', original, headers, again).messageId)
})
