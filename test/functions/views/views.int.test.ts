import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { lastSequence } from '../../../bus/jetstream/read.ts'
import { type catalogue, catalogue as events } from '../../../domain/catalogue/index.ts'
import { startViews, type Views } from '../../../functions/views/start-views.ts'
import { quiet, startBus, type TestBus } from '../../support/bus.ts'
import { until } from '../../support/temporary.ts'

type Bus = TestBus<typeof catalogue>

const folderForViews = async () => {
  const path = await mkdtemp(join(tmpdir(), 'cortex-views-'))
  return { dbPath: join(path, 'cortex.db'), tasksDir: join(path, 'tasks'), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
const open = ({ connection }: Bus, folder: { dbPath: string; tasksDir: string }): Promise<Views> =>
  startViews({ connection, catalogue: events, ...folder, log: quiet })
const settled = async (bus: Bus, views: Views): Promise<void> => views.caughtUp(await lastSequence(bus.connection, '>'), 5000)

const ref = { bucket: 'b', key: 'sha256/0', bytes: 1, contentType: 'text/plain', sha256: '0'.repeat(64) }
const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.25 }
const attempt = { n: 1, handoff: 0, implementer: 'claude', reviewer: 'codex', baseSha: 'a'.repeat(40) }
const check = { command: 'npm test', exitCode: 0, output: ref, durationMs: 5 }
const code = { attempt, log: ref, exitCode: 0, usage, agentVersion: '1', durationMs: 1200 }
const outcome = { branch: 'cortex/t1', files: ['a.ts'], usage, durations: {}, handoffs: 0, attempts: 1 }

/** A task that goes all the way, one that fails its checks and is escalated, and one that waits. */
const tell = async (bus: Bus): Promise<void> => {
  const start = {
    master: 'development-master',
    workflow: 'change',
    project: 'shop',
    planner: 'claude',
    implementer: 'claude',
    reviewer: 'codex',
  } as const
  for (const id of ['t1', 't2']) {
    await bus.emit('task.created', id, { title: `Mend ${id}`, category: 'development', priority: 3, metadata: { ticket: 7 } })
    await bus.emit('task.routed', id, { ...start, gate: 'person' })
    await bus.emit('task.started', id, { stage: 'code' })
    await bus.emit('attempt.started', id, { attempt, feedback: [] })
    await bus.emit('code.started', id, { attempt, agent: 'claude' })
    await bus.emit('code.written', id, { ...code, headSha: 'b'.repeat(40), bundle: ref, diff: ref, files: ['a.ts'] })
    await bus.emit('review.passed', id, { attempt, reviewer: 'codex', remarks: [] })
    await bus.emit('scan.passed', id, { attempt, warnings: [] })
  }
  await bus.emit('dod.passed', 't1', { attempt, checks: [check], coverage: 81.25 })
  await bus.emit('task.completed', 't1', { outcome })
  const findings = [{ from: 'dod', problem: 'two tests fail' }]
  await bus.emit('dod.failed', 't2', {
    attempt,
    class: 'test_failure',
    checks: [{ ...check, exitCode: 1 }],
    findings,
    reason: 'npm test ended with 1',
  })
  await bus.emit('task.escalated', 't2', { reason: 'the checks fail again and again', class: 'test_failure' })
  await bus.emit('task.created', 'u3', { title: 'Later' })
}

/** Everything in the database but what differs from run to run by its nature. */
const contents = (dbPath: string): Record<string, unknown[]> => {
  const db = new DatabaseSync(dbPath, { readOnly: true })
  const tables = ['tasks', 'dispatches', 'dod_results', 'tokens', 'health_events', 'seen']
  const all = Object.fromEntries(tables.map((table) => [table, db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]))
  db.close()
  return all
}
const taskFiles = async (folder: string): Promise<Record<string, string>> => {
  const names = (await readdir(folder)).sort()
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])))
}

test('lists, tokens, checks and health are what the facts say', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  await tell(bus)
  await settled(bus, views)
  const list = await views.list()
  assert.deepEqual(
    list.map(({ id, title, status, phase, project, priority, reason }) => [id, title, status, phase, project, priority, reason]),
    [
      ['u3', 'Later', 'queued', 'created', null, 5, null],
      ['t2', 'Mend t2', 'failed', 'escalated', 'shop', 3, 'the checks fail again and again'],
      ['t1', 'Mend t1', 'completed', 'completed', 'shop', 3, 'done'],
    ],
  )
  assert.deepEqual(
    (await views.list({ status: 'failed' })).map(({ id }) => id),
    ['t2'],
  )
  assert.deepEqual(
    (await views.list({ project: 'shop', limit: 1 })).map(({ id }) => id),
    ['t2'],
  )
  assert.deepEqual(
    (await views.list({ category: 'general' })).map(({ id, category }) => [id, category]),
    [['u3', 'general']],
  )
  assert.deepEqual((await views.ids('t')).sort(), ['t1', 't2'])
  assert.deepEqual(await views.ids('%'), [])
  const [tokens, ...others] = await views.tokens('t1')
  assert.deepEqual({ ...tokens }, { task: 't1', activity: 'code', agent: 'claude', calls: 1, ...usage })
  assert.deepEqual(others, [])
  assert.deepEqual(
    (await views.health()).map(({ type, task, details }) => [type, task, details]),
    [['task.escalated', 't2', 'the checks fail again and again']],
  )
  const { dod_results: results = [], dispatches = [] } = contents(folder.dbPath)
  assert.deepEqual(results.map((row) => [Object(row).passed, Object(row).coverage]).sort(), [
    [0, null],
    [1, 81.25],
  ])
  assert.deepEqual(
    dispatches.map((row) => [Object(row).agent, Object(row).status, Object(row).duration_ms]),
    [
      ['claude', 'completed', 1200], // both tasks' calls have the same cause in this test: one row
    ],
  )
})

test('calls of agents are told by task, and summed up with what runs', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  const asked = { purpose: 'plan', lane: 'cli', agent: 'codex', prompt: ref, job: 'job-1', timeoutMs: 1000 }
  await tell(bus)
  await bus.emit('task.created', 'u4', { title: 'Planned now' })
  await bus.emit('cli.asked', 'u4', asked, { eventId: 'asked-u4' })
  await settled(bus, views)
  const [running] = await views.dispatches('u4')
  assert.deepEqual(
    { ...running, startedAt: undefined },
    {
      ...{ id: 'asked-u4', stage: 'plan', agent: 'codex', provider: 'cli', status: 'running', startedAt: undefined },
      ...{ finishedAt: null, durationMs: null, exitCode: null, reason: null, tokens: null, costUsd: null },
    },
  )
  assert.deepEqual(await views.dispatches('nobody'), [])
  const { dispatches, running: stages, tasks, agents, events: seen } = await views.workload('2020-01-01T00:00:00.000Z')
  const plain = (rows: readonly object[]) => rows.map((row) => ({ ...row }))
  assert.deepEqual(plain(dispatches), [{ total: 2, failed: 0 }])
  assert.deepEqual(plain(stages), [{ stage: 'plan', calls: 1 }])
  assert.deepEqual(plain(tasks), [
    { status: 'completed', tasks: 1 },
    { status: 'failed', tasks: 1 },
    { status: 'queued', tasks: 2 },
  ])
  assert.deepEqual(plain(agents), [{ agent: 'claude', calls: 1, failed: 0, lastReason: null }])
  assert.deepEqual(plain(seen), [{ type: 'task.escalated', events: 1 }])
  const later = await views.workload('2999-01-01T00:00:00.000Z')
  assert.deepEqual([later.agents, later.events], [[], []])
})

test('a failed call counts against its agent, with the last reason', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  await bus.emit('task.created', 't1', { title: 'Mend it' })
  const failed = { ...code, class: 'timeout' }
  await bus.emit('code.failed', 't1', { ...failed, reason: 'it took too long' })
  await settled(bus, views)
  const [agent] = (await views.workload('2020-01-01T00:00:00.000Z')).agents
  assert.deepEqual({ ...agent }, { agent: 'claude', calls: 1, failed: 1, lastReason: 'it took too long' })
  const [call] = await views.dispatches('t1')
  assert.deepEqual([call?.status, call?.reason, call?.tokens, call?.costUsd], ['failed', 'it took too long', 15, 0.25])
})

test('each task has a file with its request, its state and its result or error', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  await tell(bus)
  await settled(bus, views)
  const files = await taskFiles(folder.tasksDir)
  assert.deepEqual(Object.keys(files), ['t1.json', 't2.json', 'u3.json'])
  const done = JSON.parse(files['t1.json']!)
  assert.deepEqual([done.id, done.type, done.priority, done.status], ['t1', 'user_query', 3, 'completed'])
  assert.deepEqual(done.payload, { query: 'Mend t1', title: 'Mend t1', category: 'development' })
  assert.deepEqual(
    [done.metadata.ticket, done.metadata.assigned_to, done.metadata.original_input.priority],
    [7, 'development-master', 'high'],
  )
  assert.ok(done.metadata.processing_time_ms >= 0 && done.metadata.created_at <= done.metadata.updated_at)
  assert.deepEqual([done.result.answer, done.result.iterations], ['done on branch cortex/t1', 1])
  const failed = JSON.parse(files['t2.json']!)
  assert.deepEqual([failed.status, failed.result, failed.error.message], ['failed', null, 'the checks fail again and again'])
  assert.deepEqual([JSON.parse(files['u3.json']!).status, JSON.parse(files['u3.json']!).result], ['queued', null])
})

test('a deleted or damaged database is made again from the streams and is the same', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await tell(bus)
  const first = await open(bus, folder)
  await settled(bus, first)
  await first.stop()
  const before = { rows: contents(folder.dbPath), files: await taskFiles(folder.tasksDir) }
  for (const spoil of [
    () => rm(folder.dbPath),
    () => rm(folder.tasksDir, { recursive: true }).then(() => rm(folder.dbPath)),
    () => writeFile(folder.dbPath, 'this is no database, but long enough to be looked at as one'.repeat(200)),
  ]) {
    await spoil()
    await using again = await open(bus, folder)
    await settled(bus, again)
    assert.deepEqual({ rows: contents(folder.dbPath), files: await taskFiles(folder.tasksDir) }, before)
  }
})

test('what has left EVENTS comes out of MEMORY, and what is in both counts once', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await tell(bus)
  const ended = await lastSequence(bus.connection, 'task.escalated.t2')
  await until(async () => (await bus.connection.jsm.streams.info('MEMORY')).state.messages === (await lastSequence(bus.connection, '>')))
  await bus.connection.jsm.streams.purge('EVENTS', { seq: ended + 1 })
  await using views = await open(bus, folder)
  await settled(bus, views)
  const shown = (await views.list()).map(({ id, status, title }) => [id, status, title])
  assert.deepEqual(shown.sort(), [
    ['t1', 'completed', 'Mend t1'],
    ['t2', 'failed', 'Mend t2'],
    ['u3', 'queued', 'Later'],
  ])
  assert.equal((await views.tokens('t1'))[0]?.calls, 1)
})

test('a fact stored twice under one id counts once', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  await bus.emit('task.created', 't1', { title: 'Once' })
  const written = { ...code, headSha: 'b'.repeat(40), bundle: ref, diff: ref, files: [] }
  const config = (await bus.connection.jsm.streams.info('EVENTS')).config
  await bus.emit('code.written', 't1', written, { eventId: 'same' })
  // An update makes the server forget at once, by the window before it or after it: so each look is another one.
  for (let duplicate_window = 100_000_000, sequence = 2; sequence <= 2; duplicate_window++) {
    await bus.connection.jsm.streams.update('EVENTS', { ...config, duplicate_window })
    sequence = await bus.emit('code.written', 't1', written, { eventId: 'same' })
  }
  await settled(bus, views)
  assert.equal((await views.tokens('t1'))[0]?.calls, 1)
})

test('a restart goes on from the checkpoint and takes in only what is new', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await tell(bus)
  const first = await open(bus, folder)
  await settled(bus, first)
  await first.stop()
  const db = new DatabaseSync(folder.dbPath)
  // A row that no fact has written shows whether anything was read again.
  db.exec("UPDATE tasks SET title = 'Touched' WHERE id = 't1'; DELETE FROM seen")
  db.close()
  await bus.emit('task.cancelled', 'u3', { by: 'me', channel: 'cli' })
  await using again = await open(bus, folder)
  await settled(bus, again)
  const shown = (await again.list()).map(({ id, status, title }) => [id, status, title])
  assert.deepEqual(shown, [
    ['u3', 'failed', 'Later'],
    ['t2', 'failed', 'Mend t2'],
    ['t1', 'completed', 'Touched'],
  ])
})

test('another stream of the same name is another story: everything is made anew', async () => {
  await using folder = await folderForViews()
  {
    await using bus = await startBus(events, {})
    await tell(bus)
    await using views = await open(bus, folder)
    await settled(bus, views)
  }
  await using bus = await startBus(events, {})
  for (const n of Array(30).keys()) await bus.emit('task.created', `n${n}`, { title: 'New' })
  await using views = await open(bus, folder)
  await settled(bus, views)
  assert.ok(!existsSync(join(folder.tasksDir, 't1.json')))
  assert.equal((await views.list()).length, 30)
  assert.deepEqual(await views.health(), [])
})

test('a bus that is killed and comes back loses the views nothing', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  for (const id of ['t0', 't1']) {
    await bus.emit('task.created', id, { title: 'Before' })
    await settled(bus, views)
  }
  await bus.nats.kill()
  await bus.nats.restart()
  await bus.emit('task.created', 't2', { title: 'After' })
  await settled(bus, views)
  assert.deepEqual(
    (await views.list()).map(({ id }) => id),
    ['t2', 't1', 't0'],
  )
})
