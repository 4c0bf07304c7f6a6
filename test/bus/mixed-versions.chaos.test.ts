import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { encode } from '../../bus/envelope.ts'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import { wait } from '../../bus/jetstream/patience.ts'
import { store } from '../../bus/jetstream/publish.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { quiet } from '../support/bus.ts'
import { chaosSeed } from '../support/chaos.ts'
import { catalogueFrom, type MixedVersion, mixedVersions } from '../support/mixed-process.ts'
import { startNats, type TestNats } from '../support/nats.ts'
import { randomOf } from '../support/random.ts'
import { natsServerForTests } from '../support/tools.ts'

const OUTAGES = 14
const catalogue = catalogueFrom(mixedVersions.newer.types)
const process_ = new URL('../support/mixed-process.ts', import.meta.url).pathname

interface Fleet extends AsyncDisposable {
  start(version: MixedVersion): Promise<void>
  /** Does it to one of the processes; false where there is none. */
  harm(random: () => number, how: 'SIGTERM' | 'SIGKILL' | 'freeze'): Promise<boolean>
}

const fleetOn = (url: string): Fleet => {
  const living: ChildProcess[] = []
  const take = (random: () => number): ChildProcess | undefined => living[Math.floor(random() * living.length)]
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    living.splice(living.indexOf(child), 1)
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    start: async (version) => {
      const child = spawn(process.execPath, [process_, url, version], { stdio: ['ignore', 'pipe', 'inherit'] })
      living.push(child)
      await once(child.stdout, 'data')
    },
    harm: async (random, how) => {
      const child = take(random)
      if (!child) return false
      if (how !== 'freeze') {
        await end(child, how)
        return true
      }
      child.kill('SIGSTOP')
      await wait(1500 + random() * 4000)
      child.kill('SIGCONT')
      return true
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of [...living]) await end(child, 'SIGKILL')
    },
  }
}

/** Begins stories all the time; with `stop`, tells how many. */
const load = (connection: Connection, random: () => number) => {
  let [on, count] = [true, 0]
  const begin = async (): Promise<void> => {
    const subject = `story-${count}`
    const born = { id: subject, type: 'work.created', subject, source: 'test', time: new Date().toISOString(), causedBy: 'test', hops: 0 }
    const wire = encode(catalogue, { ...born, data: { n: Math.floor(random() * 40) } })
    await store(connection, [{ ...wire, messageId: subject }], AbortSignal.timeout(60_000))
    count++
  }
  const loop = (async () => {
    while (on) {
      await begin()
      await wait(random() * 40)
    }
  })()
  const stop = async (): Promise<number> => {
    on = false
    await loop
    return count
  }
  return { stop }
}

const waysOf = async (connection: Connection): Promise<Map<string, string[]>> => {
  const ways = new Map<string, string[]>()
  for (const message of await readAll(connection, 'EVENTS', ['work.*.*'])) {
    const id = message.header('ce-subject')
    ways.set(id, [...(ways.get(id) ?? []), message.header('ce-type')])
  }
  return ways
}

/** One deed after the other: versions come and go, by request, by kill -9, frozen for seconds; the bus too. */
const disturb = async (fleet: Fleet, nats: TestNats, random: () => number, told: string[]): Promise<void> => {
  const anyVersion = (): MixedVersion => (random() < 0.5 ? 'older' : 'newer')
  for (let outage = 0; outage < OUTAGES; outage++) {
    await wait(random() * 2500)
    const dice = random()
    const deed = dice < 0.45 ? 'start' : dice < 0.65 ? 'SIGTERM' : dice < 0.85 ? 'SIGKILL' : dice < 0.95 ? 'freeze' : 'bus'
    const version = anyVersion()
    told.push(deed === 'start' ? `start ${version}` : deed)
    if (deed === 'start') await fleet.start(version)
    else if (deed !== 'bus') await fleet.harm(random, deed)
    else {
      await nats.kill()
      await nats.restart()
    }
  }
}

test(`versions come and go under load, with kills and freezes (CHAOS_SEED=${chaosSeed}): every story ends once`, {
  timeout: 300_000,
}, async () => {
  const random = randomOf(chaosSeed)
  const told: string[] = []
  await using nats = await startNats(natsServerForTests(), { sync: 'always' })
  const connection = await connectBus({ url: nats.url, name: 'test', log: quiet })
  await using _closed = { [Symbol.asyncDispose]: () => connection.close() }
  await using fleet = fleetOn(nats.url)
  await fleet.start('older')
  const work = load(connection, random)
  await disturb(fleet, nats, random, told)
  const count = await work.stop()
  await fleet.start('newer')
  const deadline = Date.now() + 90_000
  const ended = async () => (await readAll(connection, 'EVENTS', ['work.done.*'])).length
  while ((await ended()) < count && Date.now() < deadline) await wait(500)
  const ways = await waysOf(connection)
  const allowed = Object.values(mixedVersions).map(({ types }) => String(types))
  const wrong = [...ways].filter(([, way]) => !allowed.includes(String(way))).map(([id, way]) => `${id}: ${way}`)
  assert.deepEqual(wrong, [], `of ${count} stories, after: ${told.join(', ')}`)
  assert.equal(ways.size, count)
})
