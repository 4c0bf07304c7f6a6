import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Message, type QueueEntry } from 'chat'
import { connectBus } from '../../../../bus/jetstream/connect.ts'
import { openKeyValues } from '../../../../bus/jetstream/key-values.ts'
import { planToken } from '../../../../functions/threads/chat-origin.ts'
import { takeLease } from '../../../../gateway/surfaces/chat/kv-lock.ts'
import { doOnce } from '../../../../gateway/surfaces/chat/once.ts'
import { planOfButton, rememberPlan } from '../../../../gateway/surfaces/chat/plan-buttons.ts'
import { chatState, withoutSeenMarks } from '../../../../gateway/surfaces/chat/state.ts'
import { quiet } from '../../../support/bus.ts'
import { startNats } from '../../../support/nats.ts'
import { natsServerForTests } from '../../../support/tools.ts'

/** The state on a real server, with a clock that stands until it is moved. */
const given = async () => {
  await using stack = new AsyncDisposableStack()
  const nats = stack.use(await startNats(natsServerForTests(), {}))
  const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
  stack.defer(() => connection.close())
  const values = await openKeyValues(connection, 'chat', 3_600_000)
  let time = 1_000_000
  const now = () => time
  const all = stack.move()
  return {
    values,
    now,
    state: chatState(async () => values, now),
    /** The same memory as another process has it. */
    another: chatState(async () => values, now),
    pass: (ms: number) => {
      time += ms
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

test('a value is kept until its time is over, and for all processes', async () => {
  await using scene = await given()
  const { state, another } = scene
  await state.set('any key: of any {letters} and ü', { a: [1] }, 1000)
  assert.deepEqual(await another.get('any key: of any {letters} and ü'), { a: [1] })
  scene.pass(1001)
  assert.equal(await state.get('any key: of any {letters} and ü'), null)
  await state.set('b', false)
  assert.equal(await state.get('b'), false)
  await state.delete('b')
  assert.equal(await state.get('b'), null)
})

test('a value is set once, until its time is over', async () => {
  await using scene = await given()
  const { state, another } = scene
  assert.equal(await state.setIfNotExists('a', 1, 1000), true)
  assert.equal(await another.setIfNotExists('a', 2, 1000), false)
  scene.pass(1001)
  assert.equal(await another.setIfNotExists('a', 3, 1000), true)
  assert.equal(await state.get('a'), 3)
  const all = await Promise.all(Array.from({ length: 10 }, () => state.setIfNotExists('b', 1)))
  assert.equal(all.filter(Boolean).length, 1)
})

test('a lock is held by one, released by its holder alone, and free when its holder crashed', async () => {
  await using scene = await given()
  const { state, another } = scene
  const lock = await state.acquireLock('t', 1000)
  assert.ok(lock && lock.threadId === 't' && lock.expiresAt === scene.now() + 1000)
  assert.equal(await another.acquireLock('t', 1000), null)
  await another.releaseLock({ ...lock, token: 'of somebody else' })
  assert.equal(await another.acquireLock('t', 1000), null)
  await state.releaseLock(lock)
  const second = await another.acquireLock('t', 1000)
  assert.ok(second)
  scene.pass(1001)
  const third = await state.acquireLock('t', 1000)
  assert.ok(third, 'the holder crashed')
  await another.releaseLock(second)
  assert.equal(await another.acquireLock('t', 1000), null, 'the old holder releases nothing of the new one')
})

test('a lock is extended while it is held, and never comes to life again', async () => {
  await using scene = await given()
  const { state, another } = scene
  const lock = await state.acquireLock('t', 1000)
  assert.ok(lock)
  scene.pass(900)
  assert.equal(await state.extendLock(lock, 1000), true)
  scene.pass(900)
  assert.equal(await another.acquireLock('t', 1000), null)
  assert.equal(await another.extendLock({ ...lock, token: 'other' }, 1000), false)
  scene.pass(200)
  assert.equal(await state.extendLock(lock, 1000), false, 'it is over')
  await state.forceReleaseLock('t')
  assert.ok(await another.acquireLock('t', 1000))
  assert.equal(await state.extendLock(lock, 1000), false, 'it is another one now')
})

test('a lease that another process took over is lost, and gives nothing back', async () => {
  await using scene = await given()
  const { state, another } = scene
  const lease = await takeLease(state, 't')
  assert.ok(lease)
  assert.equal(await takeLease(another, 't'), undefined)
  scene.pass(6001)
  const taken = await takeLease(another, 't')
  assert.ok(taken)
  if (!lease.lost.aborted) await once(lease.lost, 'abort')
  await lease.release()
  assert.equal(await takeLease(state, 't'), undefined)
  await taken.release()
})

test('of many who want a lock at once one gets it', async () => {
  await using scene = await given()
  const got = await Promise.all(Array.from({ length: 20 }, () => scene.state.acquireLock('t', 1000)))
  assert.equal(got.filter((lock) => lock !== null).length, 1)
})

test('a list loses nothing of what is appended at once, and keeps its newest', async () => {
  await using scene = await given()
  const { state } = scene
  assert.deepEqual(await state.getList('l'), [])
  await Promise.all(Array.from({ length: 15 }, (_, index) => state.appendToList('l', index)))
  assert.deepEqual(
    (await state.getList<number>('l')).toSorted((a, b) => a - b),
    Array.from({ length: 15 }, (_, index) => index),
  )
  for (const one of ['a', 'b', 'c']) await state.appendToList('m', one, { maxLength: 2, ttlMs: 1000 })
  assert.deepEqual(await state.getList('m'), ['b', 'c'])
  scene.pass(1001)
  assert.deepEqual(await state.getList('m'), [])
})

const entry = (id: string): QueueEntry => ({
  enqueuedAt: 1,
  expiresAt: 2,
  message: new Message({
    id,
    threadId: 't',
    text: id,
    formatted: { type: 'root', children: [] },
    raw: {},
    author: { userId: 'U1', userName: 'ada', fullName: 'Ada', isBot: false, isMe: false },
    metadata: { dateSent: new Date(0), edited: false },
    attachments: [],
  }),
})

test('a queue gives its oldest first and drops its oldest when it is full', async () => {
  await using scene = await given()
  const { state } = scene
  assert.equal(await state.dequeue('t'), null)
  assert.deepEqual(
    [await state.enqueue('t', entry('a'), 2), await state.enqueue('t', entry('b'), 2), await state.enqueue('t', entry('c'), 2)],
    [1, 2, 2],
  )
  assert.equal(await state.queueDepth('t'), 2)
  assert.equal((await state.dequeue('t'))?.message.id, 'b')
  assert.equal((await state.dequeue('t'))?.message.id, 'c')
  assert.equal(await state.queueDepth('t'), 0)
})

test('a thread is followed until it is not', async () => {
  await using scene = await given()
  const { state, another } = scene
  assert.equal(await state.isSubscribed('t'), false)
  await state.subscribe('t')
  assert.equal(await another.isSubscribed('t'), true)
  await another.unsubscribe('t')
  assert.equal(await state.isSubscribed('t'), false)
})

test('marks that say "seen" before anything was done are not kept', async () => {
  await using scene = await given()
  const state = withoutSeenMarks(scene.state)
  for (const key of ['dedupe:slack:1.0', 'telegram:webhook-update:7:1']) {
    assert.equal(await state.setIfNotExists(key, true, 1000), true)
    assert.equal(await state.setIfNotExists(key, true, 1000), true)
  }
  await state.set('slack:event-delivered:Ev1', true, 1000)
  assert.equal(await state.get('slack:event-delivered:Ev1'), null)
  assert.equal(await state.setIfNotExists('other', true), true)
  assert.equal(await state.setIfNotExists('other', true), false)
})

test('work is done once, whatever is delivered again', async () => {
  await using scene = await given()
  let done = 0
  const work = async () => {
    done += 1
  }
  assert.equal(await doOnce(scene.values, 'a', work), true)
  assert.equal(await doOnce(scene.values, 'a', work), false)
  assert.equal(await doOnce(scene.values, 'b', work), true)
  assert.equal(done, 2)
})

test('of two deliveries at once the second waits for the first, and does nothing', async () => {
  await using scene = await given()
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let done = 0
  const first = doOnce(scene.values, 'a', async () => {
    begun.resolve()
    await go.promise
    done += 1
  })
  await begun.promise
  const second = doOnce(scene.values, 'a', async () => {
    done += 100
  })
  go.resolve()
  assert.deepEqual(await Promise.all([first, second]), [true, false])
  assert.equal(done, 1)
})

test('what failed is done by the next delivery', async () => {
  await using scene = await given()
  await assert.rejects(
    doOnce(scene.values, 'a', () => Promise.reject(new Error('the bus is away'))),
    /the bus is away/,
  )
  assert.equal(await doOnce(scene.values, 'a', async () => undefined), true)
})

test('what a crashed process began is done when its time is over', async () => {
  await using scene = await given()
  const stuck = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  void doOnce(
    scene.values,
    'a',
    () => {
      begun.resolve()
      return stuck.promise
    },
    scene.now,
  )
  await begun.promise
  scene.pass(30_001)
  assert.equal(await doOnce(scene.values, 'a', async () => undefined, scene.now), true)
})

test('a button stands for its plan, and nobody can make one up', async () => {
  await using scene = await given()
  const plan = { task: `task-${'x'.repeat(100)}`, planHash: 'a'.repeat(64) }
  await rememberPlan(scene.values, plan)
  const token = planToken(plan.task, plan.planHash)
  assert.ok(token.length <= 24)
  assert.deepEqual(await planOfButton(scene.values, token), plan)
  for (const other of ['', 'f'.repeat(24), '../../x', plan.planHash]) assert.equal(await planOfButton(scene.values, other), undefined)
})
