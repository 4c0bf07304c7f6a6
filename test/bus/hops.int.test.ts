import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NotRetryable } from '../../bus/errors.ts'
import { lookAtFunction } from '../../bus/jetstream/consumers.ts'
import { listDeadLetters } from '../../bus/runtime/dead-letters.ts'
import { startBus } from '../support/bus.ts'
import { chainCatalogue, chainFunction } from '../support/chain.ts'
import { until } from '../support/temporary.ts'

const calm = { timeout: '10s', retry: { attempts: 1, backoff: ['10ms'] } } as const
const failure = { function: 'again', cause: 'x', causeType: 'link.first', reason: 'x', attempts: 1, needsHuman: false }

const escalate = chainFunction({
  on: ['function.failed'],
  emits: ['task.cancelled'],
  ...calm,
  handler: ({ event, say }) => [say('task.cancelled', { by: event.data.function, reason: event.data.reason })],
})

test('a loop in a story ends as one dead letter, and its task hears of it', async () => {
  const again = chainFunction({
    on: ['link.first'],
    emits: ['link.first'],
    ...calm,
    handler: ({ event, say }) => [say('link.first', { n: event.data.n + 1 })],
  })
  await using bus = await startBus(chainCatalogue, { again, escalate })
  await bus.emit('link.first', 'a', { n: 0 }, { hops: 490 })
  const end = await bus.until('task.cancelled', 'a')
  assert.match(String((end.data as { reason: string }).reason), /hops from its beginning: a loop/)
  const { letters } = await listDeadLetters(bus.connection)
  assert.deepEqual(
    letters.map((letter) => letter.function),
    ['again'],
  )
})

test('a queue in which every story starts the next is no loop, however long it is', async () => {
  const next = chainFunction({
    on: ['link.first'],
    emits: ['link.first', 'link.third'],
    ...calm,
    handler: ({ event: { data }, say }) =>
      data.n < 520 ? [say('link.first', { n: data.n + 1 }, { id: `story-${data.n + 1}` })] : [say('link.third', data)],
  })
  await using bus = await startBus(chainCatalogue, { next })
  await bus.emit('link.first', 'story-0', { n: 0 })
  await bus.until('link.third', 'story-520')
})

test('who fails at being told of a failure does not fail for ever', async () => {
  const broken = chainFunction({
    on: ['function.failed'],
    emits: [],
    ...calm,
    handler: () => {
      throw new NotRetryable('broken')
    },
  })
  await using bus = await startBus(chainCatalogue, { broken })
  await bus.emit('function.failed', 'a', failure, { hops: 499 })
  await until(async () => (await listDeadLetters(bus.connection)).total === 2)
  await until(async () => {
    const look = await lookAtFunction(bus.connection, 'broken')
    return look?.pending === 0 && look.inFlight === 0
  })
  assert.equal((await bus.facts('a')).length, 2)
})
