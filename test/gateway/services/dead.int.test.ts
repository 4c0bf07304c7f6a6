import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headers } from '@nats-io/transport-node'
import { knock } from '../../../bus/door.ts'
import { NotRetryable } from '../../../bus/errors.ts'
import { listDeadLetters, readDeadLetter } from '../../../bus/runtime/dead-letters.ts'
import { defineFunction } from '../../../functions/define-function.ts'
import escalateTask from '../../../functions/escalation/escalate-task.ts'
import redriveLetter from '../../../functions/escalation/redrive-letter.ts'
import admit from '../../../functions/intake/admit.ts'
import admitOutsiders from '../../../functions/intake/admit-outsiders.ts'
import { startServices } from '../../support/services.ts'
import { until } from '../../support/temporary.ts'

const operator = { by: 'ada', channel: 'cli' }
const signal = (): AbortSignal => AbortSignal.timeout(10_000)
const routing = { master: 'm', workflow: 'answer', planner: 'a', implementer: 'a', reviewer: 'a', gate: 'person' } as const

/** Services with a function that gives up on every task until it is mended. */
const failing = async () => {
  const state = { broken: true }
  const fragile = defineFunction({
    on: ['task.created'],
    emits: ['task.routed'],
    timeout: '5s',
    retry: { attempts: 1, backoff: ['1s'] },
    handler: ({ say }) => {
      if (state.broken) throw new NotRetryable('the disk is on fire')
      return [say('task.routed', routing)]
    },
  })
  const services = await startServices({ fragile, 'escalate-task': escalateTask, 'redrive-letter': redriveLetter })
  const { bus } = services
  const givenUp = async (id: string): Promise<number> => {
    await knock(bus.connection, 'task.created', { id, title: 'a task', ...operator }, { signal: signal() })
    await bus.until('task.escalated', id)
    return (await listDeadLetters(bus.connection)).letters[0]!.number
  }
  return { services, bus, state, givenUp }
}

test('a task that is opened again for a dead letter gets it, also when whoever asked for that is gone by then', async () => {
  const { services, bus, state, givenUp } = await failing()
  await using _ = services
  const letter = await givenUp('task-a')
  state.broken = false
  // All that a gateway does that is killed in the middle of a redrive.
  await knock(bus.connection, 'task.resumed', { id: 'task-a', function: 'fragile', letter, ...operator }, { signal: signal() })
  await bus.until('task.routed', 'task-a')
})

test('a letter that is sent twice, by the gateway and by the task that was opened for it, is handled once', async () => {
  const { services, bus, state, givenUp } = await failing()
  await using _ = services
  const number = await givenUp('task-a')
  state.broken = false
  const first = await services.ask('cortex.dead.redrive', { number }, operator)
  assert.deepEqual(first, { code: 0, body: { number, function: 'fragile', id: 'task-a', outcome: 'task.resumed' } })
  await bus.until('task.routed', 'task-a')
  const again = await services.ask('cortex.dead.redrive', { number }, operator)
  assert.equal(again.body['outcome'], 'sent')
  const copies = await bus.connection.jsm.streams.info('EVENTS', { subjects_filter: 'retry.fragile.>' })
  assert.deepEqual(Object.values(copies.state.subjects ?? {}), [1])
})

test('a letter that cannot be sent any more does not leave its task open without an owner', async () => {
  const { services, bus, givenUp } = await failing()
  await using _ = services
  const letter = await givenUp('task-a')
  await bus.connection.jsm.streams.purge('DLQ')
  await knock(bus.connection, 'task.resumed', { id: 'task-a', function: 'fragile', letter, ...operator }, { signal: signal() })
  await until(async () => (await bus.facts('task-a')).filter(({ type }) => type === 'task.escalated').length === 2)
  const { data } = (await bus.facts('task-a')).findLast(({ type }) => type === 'task.escalated')!
  assert.match(JSON.stringify(data), /redrive-letter gave up on task\.resumed.*there is no dead letter/)
})

test('what the door gave up on is sent to the door again, as whoever asked for it', async () => {
  const door = { broken: true }
  const fragile: typeof admit = {
    ...admit,
    handler: (context) => {
      if (door.broken) throw new NotRetryable('the door is jammed')
      return admit.handler(context)
    },
  }
  await using services = await startServices({ admit: fragile, 'admit-outsiders': { ...admitOutsiders, handler: fragile.handler } })
  const { bus, ask } = services
  const hdrs = headers()
  hdrs.set('Nats-Msg-Id', 'order-1')
  bus.connection.nc.publish('task.created', JSON.stringify({ title: 'from outside', by: 'the boss' }), { headers: hdrs })
  await knock(bus.connection, 'task.created', { id: 'task-b', title: 'from inside', ...operator }, { signal: signal() })
  const { code, body } = await ask('cortex.task.create', { id: 'task-c', title: 'and told' }, operator)
  assert.deepEqual([code, body['faults']], [500, ['the door gave it up; `cortex dead` shows why and sends it again']])
  await until(async () => (await listDeadLetters(bus.connection)).total === 3)
  door.broken = false
  for (const { number } of (await listDeadLetters(bus.connection)).letters)
    assert.equal((await ask('cortex.dead.redrive', { number }, operator)).body['outcome'], 'sent')
  const [outside, inside] = await Promise.all([bus.until('task.created', 'order-1'), bus.until('task.created', 'task-b')])
  assert.deepEqual(
    [outside, inside].map(({ data }) => JSON.parse(JSON.stringify(data)).by),
    ['nats', 'ada'],
  )
})

test('dead letters come in pages, newest first, and neither a page nor one of them reads all', async () => {
  await using services = await startServices()
  const { connection } = services.bus
  assert.deepEqual(await listDeadLetters(connection), { letters: [], total: 0 })
  const hdrs = headers()
  hdrs.set('cortex-function', 'fragile')
  for (let n = 1; n <= 500; n++) connection.nc.publish(`dlq.fragile.task-${n}`, `body ${n}`, { headers: hdrs })
  connection.nc.publish('dlq.fragile.forged', '{"stream":"DOOR","seq":1}')
  await until(async () => (await connection.jsm.streams.info('DLQ')).state.messages === 501)
  const read = async <A>(work: () => Promise<A>): Promise<[A, number]> => {
    const before = connection.nc.stats().inMsgs
    return [await work(), connection.nc.stats().inMsgs - before]
  }
  const [page, messages] = await read(() => listDeadLetters(connection, { limit: 3, offset: 2 }))
  assert.deepEqual(
    page.letters.map(({ id }) => id),
    ['task-498', 'task-497', 'task-496'],
  )
  assert.deepEqual(Object.keys(page.letters[0]!).includes('body'), false)
  assert.ok(messages < 100, `${messages} messages were read for a page of 3`)
  const [one, few] = await read(() => readDeadLetter(connection, 7))
  assert.deepEqual([one?.id, one?.body], ['task-7', 'body 7'])
  assert.ok(few < 10, `${few} messages were read for one letter`)
  assert.equal(await readDeadLetter(connection, 501), undefined)
  assert.equal((await listDeadLetters(connection, { limit: 5, offset: 498 })).total, 500)
})
