import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context, NewEvent } from '../../bus/define-function.ts'
import { StaleGuard } from '../../bus/errors.ts'
import type { Task } from '../../domain/task.ts'
import { startBus } from '../support/bus.ts'
import { type ChainCatalogue, chainCatalogue, chainFunction } from '../support/chain.ts'

type ActContext = Context<ChainCatalogue, Task, 'task.created', 'link.third', 'link.first' | 'link.second', undefined>

/** A bus with one function `act` that does what the test says, and answers with `link.third`. */
const startActing = (act: (context: ActContext) => Promise<void>) =>
  startBus(chainCatalogue, {
    act: chainFunction({
      on: ['task.created'],
      emits: ['link.third'],
      records: ['link.first', 'link.second'],
      timeout: '5s',
      retry: { attempts: 1, backoff: ['10ms'] },
      handler: async (context): Promise<NewEvent<'link.third'>[]> => {
        await act(context)
        return [context.say('link.third', { n: 3 })]
      },
    }),
  })
const types = (facts: readonly { type: string }[]): string[] => facts.map(({ type }) => type)

test('a function reads all facts of its story and of another, also those that it recorded a moment ago', async () => {
  const seen: string[][] = []
  await using bus = await startActing(async ({ history, record }) => {
    await record('link.second', { n: 2 })
    seen.push(types(await history()), types(await history('other')), types(await history('nobody')))
  })
  await bus.emit('link.first', 'other', { n: 1 })
  await bus.emit('task.created', 'a', { n: 1 })
  await bus.until('link.third', 'a')
  assert.deepEqual(seen, [['task.created', 'link.second'], ['link.first'], []])
})

test('what somebody had stored under a story without its being a fact is no part of it, and hides nothing of it', async () => {
  const seen: string[][] = []
  await using bus = await startActing(async ({ history, latest }) => {
    seen.push(types(await history('b')), types([(await latest('link.first', 'b')) ?? { type: 'nothing' }]))
  })
  await bus.emit('link.first', 'b', { n: 1 })
  bus.connection.nc.publish('link.first.b', '{"stream":"DOOR","seq":1}')
  await bus.connection.nc.flush()
  await bus.emit('task.created', 'a', { n: 1 })
  await bus.until('link.third', 'a')
  assert.deepEqual(seen, [['link.first'], ['link.first']])
})

test('a function reads the newest fact of a type about an id', async () => {
  const seen: unknown[] = []
  await using bus = await startActing(async ({ latest }) => {
    seen.push((await latest('link.first', 'b'))?.data, await latest('link.second', 'b'))
  })
  for (const n of [1, 2, 3]) await bus.emit('link.first', 'b', { n })
  await bus.emit('link.first', 'c', { n: 9 })
  await bus.emit('task.created', 'a', { n: 1 })
  await bus.until('link.third', 'a')
  assert.deepEqual(seen, [{ n: 3 }, undefined])
})

test('what is recorded under another id is a fact of that story, caused by the same', async () => {
  await using bus = await startActing(async ({ record }) => {
    await record('link.first', { n: 1 }, { id: 'job-b' })
    await record('link.first', { n: 1 })
  })
  await bus.emit('task.created', 'a', { n: 1 })
  await bus.until('link.third', 'a')
  const [other, own] = [await bus.facts('job-b'), await bus.facts('a')]
  assert.deepEqual([types(other), types(own)], [['link.first'], ['task.created', 'link.first', 'link.third']])
  assert.equal(other[0]?.causedBy, own[0]?.id)
  assert.notEqual(other[0]?.id, own[1]?.id)
})

test('the same record again is stored once; other data are another record', async () => {
  await using bus = await startActing(async ({ record }) => {
    for (const n of [1, 1, 2, 1]) await record('link.first', { n }, { id: 'job-b' })
  })
  await bus.emit('task.created', 'a', { n: 1 })
  await bus.until('link.third', 'a')
  assert.deepEqual(
    (await bus.facts('job-b')).map(({ data }) => data),
    [{ n: 1 }, { n: 2 }],
  )
})

test('a record whose guard does not hold is not stored, and the function hears of it', async () => {
  const refusals: unknown[] = []
  await using bus = await startActing(async ({ record, lastSequence }) => {
    const sequence = await lastSequence('*.*.job-b')
    await record('link.first', { n: 1 }, { id: 'job-b', guard: { filter: '*.*.job-b', sequence } })
    const again = record('link.second', { n: 2 }, { id: 'job-b', guard: { filter: '*.*.job-b', sequence } })
    refusals.push(await again.catch((error: unknown) => error))
  })
  await bus.emit('task.created', 'a', { n: 1 })
  await bus.until('link.third', 'a')
  assert.ok(refusals[0] instanceof StaleGuard, String(refusals[0]))
  assert.deepEqual(types(await bus.facts('job-b')), ['link.first'])
})
