import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { provisionStreams } from '../../../bus/jetstream/provision-streams.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { durationsOf } from '../../../domain/task.ts'
import routeTask from '../../../functions/intake/route-task.ts'
import { startViews } from '../../../functions/views/start-views.ts'
import { quiet, startBus, type TestBus } from '../../support/bus.ts'
import * as facts from '../../support/facts.ts'
import { config } from '../../support/stubs.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'

type Bus = TestBus<typeof catalogue>

const asked = facts.fact('cli.asked', { ...facts.requested().data, job: 'job-1', lane: 'cli' })
const codeStarted = facts.fact('code.started', { attempt: facts.attempt(), agent: 'claude' })
const gaveUp = facts.fact('function.failed', {
  ...{ function: 'write-code', cause: 'c', causeType: 'attempt.started', reason: 'no disk', attempts: 3, needsHuman: true },
})
const overdue = facts.fact('task.overdue', { since: '2026-01-01T10:00:00.000Z' })
const [answeredPlan, answeredReview] = [facts.answered('plan', 'a plan'), facts.answered('review', 'a verdict', 'codex')]

/** A task that was blocked, planned twice, resumed after a dead letter, escalated, retried with another priority, and completed. */
const life: facts.Facts = [
  ...[facts.created({ dependsOn: ['task-0'] }), facts.blocked('task-0'), facts.routed(), facts.reprioritised(3), facts.started('plan')],
  ...[facts.requested(), asked, facts.unanswered('plan'), answeredPlan, facts.refused('no steps'), facts.drafted('first'), facts.opened()],
  ...[facts.questioned('smaller'), answeredPlan, facts.drafted(), facts.opened(), facts.approved(), facts.started('code'), facts.round()],
  ...[codeStarted, gaveUp, facts.escalated('a function gave up'), facts.resumed(), facts.codeFailed(), facts.round({ n: 2 })],
  ...[facts.written(), answeredReview, facts.rejected(), facts.escalated(), facts.retried('try less'), facts.reprioritised(1)],
  ...[facts.routed({ gate: 'automatic' }), facts.started('plan'), facts.requested(), answeredPlan, facts.drafted(), facts.opened()],
  ...[
    facts.approved(),
    facts.started('code'),
    facts.round(),
    codeStarted,
    facts.written(),
    facts.unanswered('review'),
    facts.unavailable(),
  ],
  ...[
    facts.passed(),
    facts.scanFailed(),
    facts.recheck('scan'),
    facts.scanned(),
    facts.dodFailed(),
    facts.round({ n: 2 }),
    facts.written(),
  ],
  ...[facts.passed(), facts.scanned(), facts.verified(), facts.finishing(), overdue, facts.completed()],
]

const live = async (bus: Bus, id: string): Promise<void> => {
  for (const { type, data } of life.flat(10) as facts.Given[]) await bus.emit(type, id, data)
}

/** EVENTS forgets everything that it has, by age. */
const forget = async ({ connection: { jsm } }: Bus): Promise<void> => {
  const isRemembered = async (): Promise<boolean> => {
    const { state } = await jsm.streams.info('EVENTS', { subjects_filter: '>' })
    const facts = Object.keys(state.subjects ?? {}).filter((subject) => !subject.startsWith('sched.'))
    return (await jsm.streams.info('MEMORY', { subjects_filter: '>' })).state.num_subjects === facts.length
  }
  await until(isRemembered)
  const { config } = await jsm.streams.info('EVENTS')
  await jsm.streams.update('EVENTS', { ...config, max_age: 100_000_000, duplicate_window: 100_000_000 })
  await until(async () => (await jsm.streams.info('EVENTS')).state.messages === 0)
  await jsm.streams.update('EVENTS', config)
}

/** Everything that can be asked of the views, made anew in a folder of their own. */
const shownBy = async (bus: Bus): Promise<object> => {
  await using folder = await temporaryFolder()
  const dbPath = join(folder.path, 'views.db')
  await using views = await startViews({ ...bus, catalogue, dbPath, tasksDir: join(folder.path, 'tasks'), log: quiet })
  await views.caughtUp((await bus.connection.jsm.streams.info('EVENTS')).state.last_seq)
  const answers = {
    list: await views.list(),
    tokens: await views.tokens(),
    dispatches: await views.dispatches('task-1'),
    health: await views.health(),
    statistics: await views.statistics('2026-01-01T00:00:00.000Z'),
    workload: await views.workload('2026-01-01T00:00:00.000Z'),
  }
  const db = new DatabaseSync(dbPath, { readOnly: true })
  const tables = ['tasks', 'dispatches', 'dod_results', 'tokens', 'health_events']
  const rows = tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all())
  db.close()
  return { answers, rows }
}

test('a task that was escalated, retried and completed reads the same after EVENTS has forgotten it, and so do its costs', async () => {
  await using bus = await startBus(catalogue, {})
  await live(bus, 'task-1')
  const before = (await bus.runtime.folds.coldStory('task-1')).state
  const shown = await shownBy(bus)
  await forget(bus)
  const after = (await bus.runtime.folds.coldStory('task-1')).state
  assert.deepEqual({ ...after, sequence: before.sequence }, before)
  assert.equal(after.sequence, 0, 'a guard compares what EVENTS has')
  assert.deepEqual([after.phase, after.plan?.planHash, after.rounds.length, after.run], ['completed', facts.planHash, 3, 1])
  assert.deepEqual(durationsOf(after, after.updatedAt), durationsOf(before, before.updatedAt))
  assert.deepEqual(await shownBy(bus), shown)
})

test('facts that became remembered later are shown in their order', async () => {
  await using bus = await startBus(catalogue, {})
  const { jsm } = bus.connection
  await jsm.streams.delete('MEMORY')
  const filters = ['code.*.*', 'task.completed.*', 'task.created.*', 'task.escalated.*', 'task.retried.*']
  await jsm.streams.add({ name: 'MEMORY', sources: filters.map((filter_subject) => ({ name: 'EVENTS', filter_subject })) })
  // More than is read at once.
  for (const n of Array(10).keys()) await live(bus, `task-${n}`)
  const shown = await shownBy(bus)
  await provisionStreams(jsm, catalogue)
  await forget(bus)
  assert.deepEqual(await shownBy(bus), shown)
})

test('what the task of an earlier run had decided does not count after EVENTS has forgotten it either', async () => {
  await using bus = await startBus(catalogue, {})
  await live(bus, 'task-1')
  const { runSince } = (await bus.runtime.folds.coldStory('task-1')).state
  await forget(bus)
  assert.equal((await bus.runtime.folds.coldStory('task-1')).state.runSince, runSince)
  assert.ok(runSince > 0)
})

test('a retry goes on, and a dependent that is created afterwards finds that its dependency is done', async () => {
  const services = { config: config() }
  await using bus = await startBus(catalogue, { 'route-task': routeTask }, { services })
  await live(bus, 'task-1')
  await bus.emit('task.created', 'task-2', { title: 'In vain' })
  await bus.until('task.routed', 'task-2')
  await bus.emit('task.escalated', 'task-2', { reason: 'no hope', class: 'attempts' })
  await forget(bus)
  await bus.emit('task.created', 'task-3', { title: 'After it', dependsOn: ['task-1'] })
  await bus.until('task.routed', 'task-3')
  const retried = await bus.emit('task.retried', 'task-2', { by: 'ada', channel: 'cli' })
  await until(async () => (await bus.runtime.folds.story('task-2', retried)).state.phase === 'queued')
})
