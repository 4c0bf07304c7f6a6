import assert from 'node:assert/strict'
import { test } from 'node:test'
import { milliseconds } from '../../../bus/duration.ts'
import { RetryAfter } from '../../../bus/errors.ts'
import type { CallbackResult, Callbacks } from '../../../functions/callback/callback-ports.ts'
import sendCallback from '../../../functions/callback/send-callback.ts'
import { completed, created, fact } from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const payload = { type: 'task.completed', timestamp: '2026-01-01T10:00:00.000Z', data: { task_id: 'task-1' } }
type PutOff = { delivery: string; attempts: number }
const due = (putOff?: PutOff) => fact('callback.due', { receiver: 'ci', payload, ...(putOff ? { putOff } : {}) })

const receiving = (result: CallbackResult) => {
  const posts: Parameters<Callbacks['post']>[0][] = []
  const callbacks: Callbacks = {
    post: async (input) => {
      posts.push(input)
      return result
    },
  }
  return { posts, services: { callbacks } }
}
const sent = (result: CallbackResult, putOff?: PutOff) => {
  const { posts, services } = receiving(result)
  const of = given(created({ callbackUrl: 'https://caller.example.com' }), completed())
    .when(due(putOff), { services })
    .of(sendCallback)
  return { posts, ...of, of }
}
const missed: CallbackResult = { outcome: 'missed', reason: 'ci.example.com answered 500' }

test('what a receiver takes is told, under an id that stays the same', async () => {
  const { posts, of } = sent({ outcome: 'delivered', status: 204, isSigned: true })
  await of.then('callback.delivered', {
    receiver: 'ci',
    delivery: 'event-3',
    event: 'task.completed',
    attempt: 1,
    status: 204,
    isSigned: true,
  })
  assert.equal(posts[0]?.id, 'event-3')
  assert.deepEqual(JSON.parse(posts[0].body), payload)
  assert.equal(posts[0].url, 'https://caller.example.com')
})

test('one that refuses for good, or may not be told, is told no more', async () => {
  await sent({ outcome: 'gone', reason: '410' }).of.then('callback.failed', { class: 'gone', reason: '410', attempt: 1 })
  await sent({ outcome: 'refused', reason: 'private' }).of.then('callback.failed', { class: 'refused', reason: 'private' })
})

test('what was not taken is on record and tried again by the schedule of Standard Webhooks', async () => {
  await sent(missed).of.thenThrows(/answered 500/)
  assert.equal(sendCallback.retry.attempts, 10)
  const minutes = sendCallback.retry.backoff.map((pause) => Math.floor(milliseconds(pause) / 1000) / 60)
  assert.deepEqual(minutes, [5 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440])
})

test('a receiver may ask for more patience than the schedule has, for a day at most', async () => {
  const pauseOf = async (retryAfterMs: number) => {
    const error = await sent({ ...missed, retryAfterMs })
      .of.outcome()
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    return error instanceof RetryAfter ? error.delayMs : 'the schedule'
  }
  assert.deepEqual([await pauseOf(120_000), await pauseOf(2000), await pauseOf(9_000_000_000)], [120_000, 'the schedule', 86_400_000])
})

test('after the last attempt that is a fact, and no dead letter', () =>
  sent(missed, { delivery: 'event-9', attempts: 9 }).of.then('callback.failed', {
    class: 'exhausted',
    delivery: 'event-9',
    attempt: 10,
    reason: 'ci.example.com answered 500',
  }))

test('one too many for its receiver is put off until it has a place, and that costs no attempt', async () => {
  const busy: CallbackResult = { outcome: 'busy', comeAgainMs: 6000 }
  const again = { at: '2026-01-01T10:00:08.000Z' }
  await sent(busy).of.then('callback.due', { receiver: 'ci', payload, putOff: { delivery: 'event-3', attempts: 0 } }, again)
  await sent(busy, { delivery: 'event-0', attempts: 4 }).of.then('callback.due', { putOff: { delivery: 'event-0', attempts: 4 } }, again)
})
