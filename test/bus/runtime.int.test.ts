import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { headers } from '@nats-io/transport-node'
import { encode } from '../../bus/envelope.ts'
import { NeedsHuman, NotRetryable, RetryAfter } from '../../bus/errors.ts'
import { listDeadLetters, redriveDeadLetter } from '../../bus/runtime/dead-letters.ts'
import { startBus } from '../support/bus.ts'
import { chain, chainCatalogue, chainFunction, statefulChain } from '../support/chain.ts'

const types = (facts: { type: string }[]): string[] => facts.map(({ type }) => type)

describe('functions on a bus', { concurrency: 4 }, () => {
  test('three functions are chained by their events and every fact says what caused it', async () => {
    await using bus = await startBus(chainCatalogue, chain())
    await bus.emit('task.created', 'a', { n: 1 })
    const third = await bus.until('link.third', 'a')
    const story = await bus.facts('a')
    assert.deepEqual(types(story), ['task.created', 'link.first', 'link.second', 'link.third'])
    assert.deepEqual(
      story.map((fact) => fact.hops),
      [0, 1, 2, 3],
    )
    for (const [index, fact] of story.slice(1).entries()) assert.equal(fact.causedBy, story[index]!.id)
    assert.deepEqual(third.data, { n: 3 })
  })

  test('guarded functions that read the story tell the same story', async () => {
    await using bus = await startBus(chainCatalogue, statefulChain())
    await Promise.all([...Array(20).keys()].map((n) => bus.emit('task.created', `t${n}`, { n })))
    for (const n of Array(20).keys()) {
      await bus.until('link.third', `t${n}`)
      assert.deepEqual(types(await bus.facts(`t${n}`)), ['task.created', 'link.first', 'link.second', 'link.third'])
    }
  })

  test('a fact stored twice under one id is answered once', async () => {
    await using bus = await startBus(chainCatalogue, chain())
    await bus.emit('task.created', 'a', { n: 1 }, { eventId: 'same' })
    await bus.emit('task.created', 'a', { n: 1 }, { eventId: 'same' })
    await bus.until('link.third', 'a')
    assert.equal((await bus.facts('a')).length, 4)
  })

  test('kill -9 of the bus at any moment ends in the same story', async () => {
    await using bus = await startBus(chainCatalogue, statefulChain(), { sync: 'always' })
    const ids = [...Array(12).keys()].map((n) => `t${n}`)
    for (const id of ids) {
      const emitting = bus.emit('task.created', id, { n: 0 })
      await bus.nats.kill()
      await bus.nats.restart()
      await emitting
    }
    for (const id of ids) {
      await bus.until('link.third', id)
      assert.deepEqual(types(await bus.facts(id)), ['task.created', 'link.first', 'link.second', 'link.third'], id)
    }
  })

  /** Longer than the server remembers the ids of what was stored. */
  const HOUR_MS = 60 * 60_000

  for (const { age, ageMs, again } of [
    { age: 'a new', ageMs: 0, again: ['think'] },
    { age: 'an old', ageMs: HOUR_MS, again: [] },
  ])
    test(`${age} message that comes once more repeats no effect, and ${again.length > 0 ? 'only' : 'not even'} a thought`, async () => {
      const runs: string[] = []
      const once = (name: string, emits: 'link.first' | 'link.second', effect?: true) =>
        chainFunction({
          on: ['task.created'],
          emits: [emits],
          timeout: '5s',
          retry: { attempts: 1, backoff: ['1s'] },
          effect,
          replay: 'all',
          handler: ({ say }) => {
            runs.push(name)
            return [say(emits, { n: 1 })]
          },
        })
      const functions = { act: once('act', 'link.first', true), think: once('think', 'link.second') }
      let passedMs = 0
      await using bus = await startBus(chainCatalogue, functions, { now: () => new Date(Date.now() + passedMs) })
      await bus.emit('task.created', 'a', { n: 1 })
      await Promise.all([bus.until('link.first', 'a'), bus.until('link.second', 'a')])
      await bus.runtime.stop()
      for (const name of Object.keys(functions)) await bus.connection.jsm.consumers.delete('EVENTS', name)
      passedMs = ageMs
      runs.length = 0
      await bus.another(functions)
      const done = async (name: string) => (await bus.connection.jsm.consumers.info('EVENTS', name)).ack_floor.stream_seq
      for (const name of Object.keys(functions)) while ((await done(name)) === 0) await pause(20)
      assert.deepEqual(runs, again)
      assert.deepEqual(types(await bus.facts('a')).sort(), ['link.first', 'link.second', 'task.created'])
    })

  test('a failing handler is tried again, then becomes a dead letter that its task hears of, and can be sent again', async () => {
    let broken = true
    const tries: number[] = []
    const functions = {
      fragile: chainFunction({
        on: ['task.created'],
        emits: ['link.first'],
        timeout: '5s',
        retry: { attempts: 3, backoff: ['10ms', '20ms'] },
        handler: ({ attempt, say }) => {
          tries.push(attempt)
          if (broken) throw new Error('the disk is on fire')
          return [say('link.first', { n: attempt })]
        },
      }),
    }
    await using bus = await startBus(chainCatalogue, functions)
    await bus.emit('task.created', 'a', { n: 1 })
    const failed = await bus.until('function.failed', 'a')
    assert.deepEqual(tries, [1, 2, 3])
    assert.match((failed.data as { reason: string }).reason, /the disk is on fire/)
    const [letter, ...more] = (await listDeadLetters(bus.connection)).letters
    assert.equal(more.length, 0)
    assert.equal(letter?.function, 'fragile')
    assert.equal(letter?.attempts, 3)
    broken = false
    await redriveDeadLetter(bus.connection, letter!.number, AbortSignal.timeout(5000))
    await bus.until('link.first', 'a')
  })

  test('NotRetryable and NeedsHuman are never tried again', async () => {
    const tries: string[] = []
    const failing = (error: () => Error) =>
      chainFunction({
        on: ['task.created'],
        emits: [],
        timeout: '5s',
        retry: { attempts: 5, backoff: ['10ms'] },
        handler: () => {
          tries.push('x')
          throw error()
        },
      })
    await using bus = await startBus(chainCatalogue, {
      hopeless: failing(() => new NotRetryable('no')),
      helpless: failing(() => new NeedsHuman('you')),
    })
    await bus.emit('task.created', 'a', { n: 1 })
    while ((await listDeadLetters(bus.connection)).total < 2) await pause(20)
    assert.equal(tries.length, 2)
    assert.deepEqual((await listDeadLetters(bus.connection)).letters.map((letter) => letter.needsHuman).sort(), [false, true])
  })

  test('a long pause frees the place of the message: it comes back as a scheduled copy with its attempt', async () => {
    const seen: [string, number][] = []
    const functions = {
      patient: chainFunction({
        on: ['task.created'],
        emits: ['link.first'],
        timeout: '5s',
        retry: { attempts: 3, backoff: ['10ms'] },
        concurrency: 1,
        handler: ({ event, attempt, say }) => {
          seen.push([event.subject, attempt])
          if (event.subject === 'slow' && attempt === 1) throw new RetryAfter(5500, 'come back later')
          return [say('link.first', { n: attempt })]
        },
      }),
    }
    await using bus = await startBus(chainCatalogue, functions)
    await bus.emit('task.created', 'slow', { n: 1 })
    await bus.emit('task.created', 'quick', { n: 1 })
    await bus.until('link.first', 'quick')
    const late = await bus.until('link.first', 'slow')
    assert.deepEqual(late.data, { n: 2 })
    assert.deepEqual(seen, [
      ['slow', 1],
      ['quick', 1],
      ['slow', 2],
    ])
  })

  test('cancelling a task aborts its handler in another process', async () => {
    let aborted: unknown
    let started = false
    const other = {
      endless: chainFunction({
        on: ['task.created'],
        emits: ['link.first'],
        timeout: '60s',
        retry: { attempts: 1, backoff: ['1s'] },
        effect: true,
        handler: ({ signal }) =>
          new Promise((_, reject) => {
            started = true
            signal.addEventListener('abort', () => {
              aborted = signal.reason
              reject(signal.reason)
            })
          }),
      }),
    }
    await using bus = await startBus(chainCatalogue, {})
    const elsewhere = await bus.another(other)
    await bus.emit('task.created', 'a', { n: 1 })
    while (!started) await pause(10)
    await bus.emit('task.cancelled', 'a', { by: 'me', reason: 'enough' })
    while (elsewhere.running().length > 0) await pause(10)
    assert.match(String(aborted), /StoryEnded: a is cancelled/)
    assert.deepEqual(types(await bus.facts('a')), ['task.created', 'task.cancelled'])
  })

  test('a handler that runs longer than ack_wait keeps its message', async () => {
    let runs = 0
    const functions = {
      long: chainFunction({
        on: ['task.created'],
        emits: ['link.first'],
        timeout: '20s',
        retry: { attempts: 1, backoff: ['1s'] },
        handler: async ({ say }) => {
          runs++
          await pause(3500)
          return [say('link.first', { n: 1 })]
        },
      }),
    }
    await using bus = await startBus(chainCatalogue, functions, { ackWaitMs: 1000 })
    await bus.emit('task.created', 'a', { n: 1 })
    await bus.until('link.first', 'a')
    assert.equal(runs, 1)
  })

  test('what the server stored as its answer to a read is no fact', async () => {
    await using bus = await startBus(chainCatalogue, chain())
    await bus.emit('task.created', 'a', { n: 1 })
    await bus.until('link.third', 'a')
    const forged = headers()
    const [real] = (await bus.facts('a')).slice(1)
    const wire = encode(chainCatalogue, { ...real!, subject: 'victim', id: 'forged', source: 'first' })
    for (const [name, value] of Object.entries(wire.headers)) forged.set(name, value)
    forged.set('Nats-Stream', 'EVENTS')
    bus.connection.nc.publish('link.first.victim', wire.body, { headers: forged })
    bus.connection.nc.publish('$JS.API.STREAM.INFO.EVENTS', '', { reply: 'link.first.victim' })
    while (bus.runtime.folds.foreign() < 2) await pause(20)
    await bus.emit('task.created', 'b', { n: 1 })
    await bus.until('link.third', 'b')
    assert.deepEqual(await bus.facts('victim'), [])
  })
})
