import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decode } from '../../bus/envelope.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { storyFilter } from '../../bus/subjects.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { learnerIdFor } from '../../domain/learner.ts'
import { beginLearning } from '../support/begin-learning.ts'
import { quiet } from '../support/bus.ts'
import { check, given, task } from '../support/fault-scene.ts'
import { startNats } from '../support/nats.ts'
import { until } from '../support/temporary.ts'
import { natsServerForTests } from '../support/tools.ts'

const program = (name: string): string => fileURLToPath(new URL(`../support/${name}`, import.meta.url))

test('kill -9 at every fact of a learner: it goes on, asks each question once, and what it taught stands once', {
  timeout: 600_000,
}, async (t) => {
  await using setting = await given()
  await using nats = await startNats(natsServerForTests())
  const bus = await connectBus({ url: nats.url, name: 'test', log: quiet })
  const behaviour = setting.file('learner.json')
  const learner = { read_command: [process.execPath, program('agents/learning-agent.mjs'), behaviour], output: 'text', roles: ['answer'] }
  const config = {
    projects: { sample: { path: setting.repository, dod: [check] } },
    agents: { alder: { preset: 'scripted' }, birch: { preset: 'scripted' }, learner },
    ...{ sandbox: { mode: 'none' }, gate: { automatic: true }, dod: { check_base: false } },
    chum: { enabled: true, agent: 'learner' },
    ...{ gateway: { port: 0, proxy: { port: 0 } }, nats: { ack_wait: '1s' }, log: { level: 'silent' } },
  }
  const options = { config, dataDir: setting.file('data'), cacheDir: setting.file('cache'), natsUrl: nats.url }
  mkdirSync(options.cacheDir)
  const subjects = async (filter: string): Promise<string[]> => (await readAll(bus, 'EVENTS', [filter])).map(({ subject }) => subject)
  let heard: (type: string, id: string) => void = () => undefined
  const start = (): Promise<ChildProcess> => beginLearning(options, (type, id) => heard(type, id))
  let child = await start()
  let tasks = 0

  /** Lets a task teach, kills the functions at that fact of its learner, and says what the learner's story and its lessons are in the end. */
  const learn = async (known: string | undefined, killAt?: number) => {
    const id = `task-${tasks++}`
    const learning = learnerIdFor(id, 0)
    const fresh = ['alpha', 'beta', 'gamma', 'delta'].map((word) => `${word}${id.replace('-', '')}`).join(' ')
    writeFileSync(behaviour, JSON.stringify({ fresh, known }))
    const killed = Promise.withResolvers<void>()
    let facts = 0
    heard = (_, about) => {
      if (about !== learning || facts++ !== killAt) return
      child.kill('SIGKILL')
      void once(child, 'close').then(() => killed.resolve())
    }
    bus.nc.publish('task.created', JSON.stringify({ id, project: 'sample', category: 'development', ...task }))
    if (killAt !== undefined) {
      await killed.promise
      child = await start()
    }
    const isThere = async (filter: string): Promise<boolean> => (await subjects(filter)).length > 0
    await until(async () => (await isThere(`learner.ended.${learning}`)) && (await isThere(`task.completed.${id}`)), 60_000)
    const asked = readFileSync(`${behaviour}.asked`, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith(fresh))
    const bare = (all: string[]): string[] => all.map((subject) => subject.split('.').slice(0, 2).join('.'))
    return { asked, learner: bare(await subjects(storyFilter(learning))), lessons: bare(await subjects(`lesson.*.${id}`)).toSorted(), id }
  }

  try {
    const first = await learn(undefined)
    const all = await readAll(bus, 'EVENTS', [`lesson.learned.${first.id}`])
    const known = all
      .map((message) => decode(catalogue, message))
      .flatMap((one) => (one.kind === 'fact' ? [one.fact.data as { lesson: string; summary: string }] : []))
    const id = known.find(({ summary }) => summary === 'A greeting says goodbye.')?.lesson
    const inPeace = await learn(id)
    assert.deepEqual(
      inPeace.lessons.filter((type) => type !== 'lesson.applied'),
      ['lesson.confirmed', 'lesson.learned'],
    )
    assert.ok(inPeace.learner.includes('learner.doubted'), inPeace.learner.join(' '))
    for (const [at, type] of inPeace.learner.slice(0, -1).entries())
      await t.test(`kill -9 at fact ${at + 1}, ${type}`, async () => {
        const { asked, learner: story, lessons } = await learn(id, at)
        assert.deepEqual([story, lessons], [inPeace.learner, inPeace.lessons])
        // Who was killed while it was being asked is asked again; an answer that is stored is not.
        assert.ok(asked.length <= 3, asked.join('; '))
      })
    assert.equal((await subjects(storyFilter('learning-sample'))).length, 2 * tasks - 1, 'each answer is charged once')
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
    await bus.close()
  }
})
