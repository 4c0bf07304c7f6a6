import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { wait } from '../../bus/jetstream/patience.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import type { Program } from '../support/bus.ts'
import { startBus, type TestBus } from '../support/bus.ts'
import { chainCatalogue } from '../support/chain.ts'
import { isOneWay, newer, newerCatalogue, newerPath, older, olderPath, olderWithTrouble } from '../support/inserted-step.ts'
import { until } from '../support/temporary.ts'

type Bus = TestBus<typeof newerCatalogue>
const old: Program<typeof newerCatalogue> = { version: '1.0.0', catalogue: chainCatalogue }
const upgraded: Program<typeof newerCatalogue> = { version: '1.1.0' }

/** The older system, at work; what it says to the log is kept. */
const atWork = (functions = older()) => startBus(newerCatalogue, functions, { version: '1.0.0' })

const listening = () => {
  const said: string[] = []
  return { said, log: pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line).msg) }) }
}

/** Begins stories one after the other until `stop`, which tells their ids. */
const load = (bus: Bus, name: string) => {
  const ids: string[] = []
  let on = true
  const loop = (async () => {
    for (let id = `${name}-0`; on; id = `${name}-${ids.length}`) {
      await bus.emit('task.created', id, { n: 1 })
      ids.push(id)
      await wait(3)
    }
  })()
  const stop = async (): Promise<void> => {
    on = false
    await loop
  }
  return { ids, stop, [Symbol.asyncDispose]: stop }
}

const typesOf = async (bus: Bus, id: string) => (await bus.facts(id)).map(({ type }) => type)

/** The types of the facts of every story, in their order. */
const waysOf = async ({ connection }: Bus): Promise<Map<string, string[]>> => {
  const ways = new Map<string, string[]>()
  for (const message of await readAll(connection, 'EVENTS', ['task.*.*', 'link.*.*'])) {
    const id = message.header('ce-subject')
    ways.set(id, [...(ways.get(id) ?? []), message.header('ce-type')])
  }
  return ways
}

/** Every story ends, by the one way or the other, and nothing in it was done twice. Returns the ways that were gone. */
const allEnded = async (bus: Bus, ids: readonly string[]): Promise<Set<string>> => {
  const ended = async () => new Set((await readAll(bus.connection, 'EVENTS', ['link.third.*'])).map((end) => end.header('ce-subject')))
  await until(async () => (await ended()).isSupersetOf(new Set(ids))).catch(async (error) => {
    const done = await ended()
    const ways = await waysOf(bus)
    throw new Error(`lost: ${ids.flatMap((id) => (done.has(id) ? [] : [`${id}: ${ways.get(id)}`])).join('; ')}`, { cause: error })
  })
  const ways = await waysOf(bus)
  for (const id of ids) assert.ok(isOneWay(ways.get(id) ?? []), `${id}: ${ways.get(id)}`)
  return new Set(ids.map((id) => String(ways.get(id))))
}

const hasPassed = async ({ connection }: Bus, filter: string): Promise<boolean> =>
  (await readAll(connection, 'EVENTS', [filter])).length > 0

const hearsChecked = async ({ connection }: Bus): Promise<boolean> =>
  (await connection.jsm.consumers.info('EVENTS', 'second')).config.filter_subjects?.includes('link.checked.*') ?? false

test('a rolling upgrade and the way back under load: no story is lost, no step is done twice', async () => {
  await using bus = await atWork()
  await using first = load(bus, 'before')
  await bus.until('link.third', 'before-20')
  const next = await bus.another(newer(), upgraded)
  await until(() => hasPassed(bus, 'link.checked.*'))
  assert.match(bus.runtime.standby() ?? '', /^cortex 1\.1\.0 is at work \(other facts are heard there by second\): this one is 1\.0\.0;/)
  await bus.runtime.stop()
  await first.stop()
  await using second = load(bus, 'after')
  await until(() => hasPassed(bus, 'link.checked.after-20'))
  const back = listening()
  const again = await bus.another(older(), { ...old, log: back.log })
  assert.match(again.standby() ?? '', /goes on when that one is gone$/)
  assert.ok(await hearsChecked(bus), 'an older process beside the newer one changes nothing')
  await next.stop()
  await until(() => again.standby() === undefined)
  await second.stop()
  assert.ok(back.said.some((line) => /cortex 1\.1\.0 is gone: this one, 1\.0\.0, takes the messages again/.test(line)))
  assert.ok(back.said.some((line) => /cortex 1\.1\.0 has been at work here, this one is 1\.0\.0/.test(line)))
  const ids = [...first.ids, ...second.ids]
  const ways = await allEnded(bus, ids)
  assert.deepEqual(ways, new Set([String(olderPath), String(newerPath)]), 'both were at work')
})

test('what the older one is in the middle of, it finishes, and nobody else does it meanwhile', async () => {
  const held = Promise.withResolvers<void>()
  const { second } = older()
  const slow: typeof second = { ...second, handler: async (context) => held.promise.then(() => second.handler(context)) }
  await using bus = await atWork({ ...older(), second: slow })
  await bus.emit('task.created', 'held', { n: 1 })
  await until(() => bus.runtime.running().some(({ fn }) => fn === 'second'))
  await bus.another(newer(), upgraded)
  await bus.emit('task.created', 'new', { n: 1 })
  await until(async () => (await typesOf(bus, 'new')).includes('link.third'))
  held.resolve()
  await allEnded(bus, ['held', 'new'])
  assert.deepEqual(await typesOf(bus, 'held'), olderPath)
})

test('an older one that dies over what it held: the newer one does it', async () => {
  await using bus = await atWork(olderWithTrouble(60_000))
  await bus.emit('task.created', 'held', { n: 1 })
  await until(() => bus.runtime.running().some(({ fn }) => fn === 'second'))
  await bus.another(newer(), upgraded)
  await bus.runtime.stop() // it gives up what it holds after its grace, without an answer
  await until(async () => (await typesOf(bus, 'held')).includes('link.third'))
  assert.deepEqual(await typesOf(bus, 'held'), newerPath)
})

test('of programs of one version the one that started last works, and the other takes over when it is gone', async () => {
  await using bus = await startBus(newerCatalogue, older())
  const changed = await bus.another(newer())
  assert.match(bus.runtime.standby() ?? '', /^a later start of cortex 0\.0\.0 with other functions is at work/)
  const replica = await bus.another(newer())
  assert.equal(changed.standby(), undefined)
  assert.equal(replica.standby(), undefined)
  await changed.stop()
  await replica.stop()
  await until(() => bus.runtime.standby() === undefined)
  await bus.emit('task.created', 'one', { n: 1 })
  await bus.until('link.third', 'one')
  assert.deepEqual(await typesOf(bus, 'one'), olderPath)
})

test('two versions that start in the same moment agree on the newer one', async () => {
  await using bus = await atWork()
  await bus.runtime.stop()
  const [low, high] = await Promise.all([bus.another(older(), old), bus.another(newer(), upgraded)])
  await until(() => low.standby() !== undefined)
  await until(() => hearsChecked(bus))
  assert.equal(high.standby(), undefined)
  await bus.emit('task.created', 'one', { n: 1 })
  await until(async () => (await typesOf(bus, 'one')).includes('link.third'))
  assert.deepEqual(await typesOf(bus, 'one'), newerPath)
})

test('the bus is away for a while: who stands by does not take that for the end of the newer one', async () => {
  await using bus = await atWork()
  const high = await bus.another(newer(), upgraded)
  await until(() => bus.runtime.standby() !== undefined)
  await bus.nats.kill()
  await bus.nats.restart()
  await bus.emit('task.created', 'one', { n: 1 })
  await until(async () => (await typesOf(bus, 'one')).includes('link.third'))
  assert.ok(bus.runtime.standby())
  assert.equal(high.standby(), undefined)
  assert.deepEqual(await typesOf(bus, 'one'), newerPath)
})
