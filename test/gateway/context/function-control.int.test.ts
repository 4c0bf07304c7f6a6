import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AnyFunction, functionsOf } from '../../../bus/define-function.ts'
import { pauseFunction, resumeFunction } from '../../../bus/jetstream/consumers.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { functionControl } from '../../../gateway/context/function-control.ts'
import { startBus, type TestBus } from '../../support/bus.ts'

const NAME = 'route-anything'
const inAnHour = (): Date => new Date(Date.now() + 3_600_000)
const asked = { title: 'a task', description: '', category: 'general', priority: 5, dependsOn: [], metadata: {}, source: 'test' }
const who = { by: 'ada', channel: 'cli' }

const route: AnyFunction = functionsOf<typeof catalogue, unknown, undefined>()({
  on: ['task.created'],
  emits: ['task.overdue'],
  timeout: '5s',
  retry: { attempts: 1, backoff: ['1s'] },
  concurrency: 2,
  handler: ({ event, say }) => [say('task.overdue', { since: event.time })],
})
const start = () => startBus(catalogue, { [NAME]: route }, { ackWaitMs: 1000 })
const controlOf = (bus: TestBus<typeof catalogue>) => functionControl(bus.connection, bus.runtime.folds)
const lookOf = async (bus: TestBus<typeof catalogue>) => {
  const [look] = await controlOf(bus).look()
  assert.ok(look)
  return look
}
/** Resolves when the function's queue has that many messages. */
const untilPending = async (bus: TestBus<typeof catalogue>, pending: number): Promise<void> => {
  const giveUp = AbortSignal.timeout(10_000)
  while ((await lookOf(bus)).pending !== pending) giveUp.throwIfAborted()
}

describe('a function that is paused', { concurrency: 3 }, () => {
  test('a paused function gets nothing, and everything when it goes on', async () => {
    await using bus = await start()
    const control = controlOf(bus)
    await control.pause(NAME, inAnHour())
    await bus.emit('task.created', 'task-1', asked)
    await untilPending(bus, 1)
    assert.deepEqual(
      (await bus.facts('task-1')).map(({ type }) => type),
      ['task.created'],
    )
    await control.resume(NAME)
    await bus.until('task.overdue', 'task-1')
    assert.equal((await lookOf(bus)).pausedUntil, undefined)
  })

  test('who waits for messages while it is paused gets them when it goes on, without asking again', async () => {
    await using bus = await startBus(catalogue, {})
    const { nc, jsm } = bus.connection
    const reader = { stream: 'EVENTS', name: 'asks-once' }
    await jsm.consumers.add('EVENTS', { durable_name: reader.name, ack_policy: 'explicit' })
    await pauseFunction(bus.connection, reader, inAnHour())
    const answers = nc.subscribe('answers', { max: 1 })
    nc.publish('$JS.API.CONSUMER.MSG.NEXT.EVENTS.asks-once', JSON.stringify({ batch: 1, expires: 20_000_000_000 }), { reply: 'answers' })
    await bus.emit('task.created', 'task-1', asked)
    while ((await jsm.consumers.info('EVENTS', 'asks-once')).num_waiting === 0);
    await resumeFunction(bus.connection, reader)
    // Otherwise it is the word that the request ran out.
    for await (const { subject } of answers) assert.equal(subject, 'task.created.task-1')
  })

  test('a pause outlives a restart of the bus and one of ours, and runs out by itself', async () => {
    await using bus = await start()
    await controlOf(bus).pause(NAME, inAnHour())
    await bus.nats.kill()
    await bus.nats.restart()
    await bus.emit('task.created', 'task-1', asked)
    await using other = await bus.another({ [NAME]: route })
    assert.ok((await functionControl(bus.connection, other.folds).look())[0]?.pausedUntil)
    await untilPending(bus, 1)
    await controlOf(bus).pause(NAME, new Date(Date.now() + 500))
    await bus.until('task.overdue', 'task-1')
  })

  test('a function’s queue tells what waits, since when, and who paused it', async () => {
    await using bus = await start()
    const control = controlOf(bus)
    const until = inAnHour()
    await bus.emit('function.paused', NAME, { ...who, reason: 'a bad deploy', until: until.toISOString() })
    await control.pause(NAME, until)
    await bus.emit('task.created', 'task-1', asked)
    await bus.emit('task.created', 'task-2', asked)
    await untilPending(bus, 2)
    const { pending, inFlight, redelivered, concurrency, oldestAt, pausedUntil, pause } = await lookOf(bus)
    assert.deepEqual({ pending, inFlight, redelivered, concurrency }, { pending: 2, inFlight: 0, redelivered: 0, concurrency: 2 })
    const [first] = await bus.facts('task-1')
    assert.equal(oldestAt?.slice(0, 21), first?.time.slice(0, 21))
    assert.equal(pausedUntil, until.toISOString())
    assert.deepEqual({ by: pause?.by, reason: pause?.reason }, { by: 'ada', reason: 'a bad deploy' })
  })

  test('a pause holds the stories whose messages wait for it, and no others', async () => {
    await using bus = await start()
    const control = controlOf(bus)
    await bus.emit('task.created', 'task-before', asked)
    await bus.until('task.overdue', 'task-before')
    const until = inAnHour()
    await bus.emit('function.paused', NAME, { ...who, reason: '', until: until.toISOString() })
    await control.pause(NAME, until)
    await bus.emit('task.created', 'task-after', asked)
    assert.equal((await control.pausesAround('task-before'))[0]?.holds, false)
    assert.equal((await control.pausesAround('task-after'))[0]?.holds, true)
    await control.resume(NAME)
    await bus.until('task.overdue', 'task-after')
    assert.deepEqual(await control.pausesAround('task-after'), [])
  })

  test('a name that no function has is not paused', async () => {
    await using bus = await start()
    assert.equal(await controlOf(bus).find('nobody'), undefined)
    await assert.rejects(controlOf(bus).pause('nobody', inAnHour()), /no function has the name nobody/)
  })
})
