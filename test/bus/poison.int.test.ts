import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { listDeadLetters, readDeadLetter } from '../../bus/runtime/dead-letters.ts'
import { startBus, type TestBus } from '../support/bus.ts'
import { type ChainCatalogue, chainCatalogue } from '../support/chain.ts'
import { POISON_ACK_WAIT_MS, type PoisonKind, poisonFunctions } from '../support/poison-process.ts'
import { until } from '../support/temporary.ts'

const script = fileURLToPath(new URL('../support/poison-process.ts', import.meta.url))
const MAX_DELIVER = 2
const options = { ackWaitMs: POISON_ACK_WAIT_MS, maxDeliver: MAX_DELIVER }

const launch = (url: string, kind: PoisonKind) =>
  spawn(process.execPath, [script, url, String(MAX_DELIVER), kind], { stdio: ['ignore', 'pipe', 'inherit'] })

/** Starts the process that the poison kills and waits for its death; answers the signal it died of. */
const runAndDie = async (url: string, kind: PoisonKind): Promise<string> => {
  const child = launch(url, kind)
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return signal ?? 'none'
}

/** A bus with one poisonous message, on which as many processes have died as it may be delivered. */
const poisoned = async (kind: PoisonKind = 'parallel'): Promise<TestBus<ChainCatalogue>> => {
  const bus = await startBus(chainCatalogue, {}, options)
  await bus.emit('task.created', 'before', { n: 1 })
  await bus.connection.jsm.streams.purge('EVENTS')
  const first = launch(bus.nats.url, kind)
  await once(first.stdout, 'data')
  await ask(bus, kind, 'bad', -1)
  if (first.exitCode === null && first.signalCode === null) await once(first, 'exit')
  assert.equal(first.signalCode, 'SIGKILL')
  for (let delivered = 1; delivered < MAX_DELIVER; delivered++) assert.equal(await runAndDie(bus.nats.url, kind), 'SIGKILL')
  return bus
}

/** Sends what the function hears: a fact, or a request at the door. */
const ask = async (bus: TestBus<ChainCatalogue>, kind: PoisonKind, id: string, n: number): Promise<unknown> =>
  kind === 'door' ? bus.connection.js.publish('task.created', String(n)) : bus.emit('task.created', id, { n })

const advisories = async ({ jsm }: Connection): Promise<number> => (await jsm.streams.info('ADVISORIES')).state.messages

/** Its handler must not run again: the next process would die of it, too. */
const survivor = poisonFunctions(() => assert.fail('the poison was handled once more'))

const isBuried = async (bus: TestBus<ChainCatalogue>): Promise<void> => {
  const failed = await bus.until('function.failed', 'bad')
  const data = failed.data as { function: string; reason: string; causeType: string; needsHuman: boolean }
  assert.deepEqual([data.function, data.causeType, data.needsHuman], ['fragile', 'task.created', true])
  assert.match(data.reason, /fragile did not survive this message: it was delivered 2 times/)
  const { letters } = await listDeadLetters(bus.connection)
  assert.deepEqual(
    letters.map((letter) => [letter.function, letter.id, letter.subject, letter.attempts]),
    [['fragile', 'bad', 'task.created.bad', MAX_DELIVER]],
  )
  assert.equal((await readDeadLetter(bus.connection, letters[0]!.number))?.body, '{"n":-1}')
}

describe('a message that kills its process', { concurrency: 4 }, () => {
  test('a message whose handler kills its process again and again ends as a dead letter and its task hears of it', async () => {
    await using bus = await poisoned()
    await bus.another(survivor)
    await isBuried(bus)
  })

  test('the poison does not stop the messages behind it', async () => {
    await using bus = await poisoned()
    await bus.another(survivor)
    await bus.emit('task.created', 'good', { n: 1 })
    await bus.until('link.first', 'good')
    await isBuried(bus)
  })

  test('the server may give up on a message while no process of ours listens: it is buried at the next start, once', async () => {
    await using bus = await poisoned()
    await bus.runtime.stop()
    const before = await advisories(bus.connection)
    const consumer = await bus.connection.js.consumers.get('EVENTS', 'fragile')
    await until(async () => {
      await consumer.next({ expires: 1000 })
      return (await advisories(bus.connection)) > before
    })
    assert.equal((await listDeadLetters(bus.connection)).total, 0)
    bus.runtime = await bus.another(survivor)
    await isBuried(bus)
    await bus.runtime.stop()
    bus.runtime = await bus.another(survivor)
    await bus.emit('task.created', 'good', { n: 1 })
    await bus.until('link.first', 'good')
    assert.equal((await bus.facts('bad')).filter(({ type }) => type === 'function.failed').length, 1)
    assert.equal((await listDeadLetters(bus.connection)).total, 1)
  })

  test('an ordered function gives such a message up too, and its lane goes on in order', async () => {
    await using bus = await poisoned('ordered')
    for (const n of [1, 2, 3]) await ask(bus, 'ordered', `n${n}`, n)
    await bus.another(poisonFunctions(() => assert.fail('the poison was handled once more'), 'ordered'))
    await isBuried(bus)
    const answers: number[] = []
    for (const n of [1, 2, 3]) answers.push((await bus.until('link.first', `n${n}`)).sequence)
    assert.deepEqual(
      answers,
      answers.toSorted((one, other) => one - other),
    )
  })

  test('a request that kills the door ends as a dead letter, and the next one is let in', async () => {
    await using bus = await poisoned('door')
    await ask(bus, 'door', 'good', 7)
    await bus.another(poisonFunctions(() => assert.fail('the poison was handled once more'), 'door'))
    await bus.until('link.first', 'n7')
    await until(async () => (await listDeadLetters(bus.connection)).total === 1)
    const [letter] = (await listDeadLetters(bus.connection)).letters
    assert.deepEqual([letter?.function, letter?.id, letter?.subject], ['fragile', 'door', 'task.created'])
    assert.match((await bus.until('function.failed', 'door')).causedBy, /^door-1-\d+$/)
  })
})
