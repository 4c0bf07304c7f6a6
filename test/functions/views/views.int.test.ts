import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainly, step } from '../../../bus/next-steps.ts'
import { catalogue as events } from '../../../domain/catalogue/index.ts'
import type { ServiceContext } from '../../../gateway/context/define-service.ts'
import { listTasks } from '../../../gateway/services/list-tasks.ts'
import { startBus } from '../../support/bus.ts'
import { code, contents, folderForViews, open, ref, settled, taskFiles, tell, usage } from './views-setting.ts'

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
    [['task.escalated', 't2', 'a person must look: the checks fail again and again']],
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

test('a list tells the next steps of an end that made them, and its tables hold words that anybody may read', async () => {
  await using bus = await startBus(events, {})
  await using folder = await folderForViews()
  await using views = await open(bus, folder)
  const reason = `it gave up (says "cortex login"); \`${step('dead')}\` shows it`
  await bus.emit('task.created', 't9', { title: 'Type cortex dead' })
  await bus.emit('task.escalated', 't9', { reason, class: 'function_failed' })
  await settled(bus, views)
  const [row] = await views.list()
  assert.deepEqual([row?.reason, row?.nextSteps], [plainly(reason), '{"reason":[{"at":35,"length":11}]}'])
  const context = { views } as unknown as ServiceContext
  assert.equal((await listTasks(context, { reasons: false })).tasks[0]?.reason, reason)
  assert.doesNotMatch(JSON.stringify(contents(folder.dbPath)), /[\uFDD0-\uFDEF]/)
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
