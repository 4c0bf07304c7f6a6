import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toolSurface } from '../../../../gateway/surfaces/tools/surface.ts'
import { toolFault } from '../../../../gateway/surfaces/tools/tool-fault.ts'
import { tools } from '../../../../gateway/surfaces/tools/tools.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { statusOfNew } from '../../../support/tasks-in-memory.ts'
import { type Answer, givenTools } from './tool-setting.ts'

const monitoring = {
  title: 'Deploy Monitoring Stack',
  description: 'Set up Prometheus and Grafana for cluster monitoring',
  category: 'infrastructure',
  priority: 'high',
  metadata: {},
}

test('a task is created as the first clients ask for it, and answered in their words', async () => {
  const { call, wishes } = givenTools()
  const { status, body } = await call('cortex_create_task', monitoring)
  assert.equal(status, 200)
  const answer = {
    task_id: 'task-chat-1767348000000-000000001',
    status: 'queued',
    message: 'Task created and queued for processing',
    created_at: '2026-01-02T10:00:00.000Z',
    estimated_start: 'Immediate - will be picked up by next orchestrator cycle',
  }
  assert.deepEqual(body, { ...answer, result: answer, success: true })
  const { title, description, category } = monitoring
  assert.deepEqual(wishes, [{ title, description, category, priority: 3, metadata: {}, dependsOn: [], source: 'chat' }])
})

test('a priority is a name or its number, and anything else is medium and said to be', async () => {
  const { call, wishes } = givenTools()
  const { body } = await call('cortex_create_task', { title: 'x', priority: 'urgent', colour: 'red' })
  assert.match(
    String(body['warning']),
    /^priority "urgent" is none of critical, high, medium, low; the task has medium; .* ignored: colour$/,
  )
  wishes.length = 0
  for (const priority of ['critical', 'High', 7, '1', 'urgent!', null, undefined, 4])
    await call('cortex_create_task', { title: 'x', priority })
  assert.deepEqual(
    wishes.map(({ priority }) => priority),
    [1, 3, 7, 1, 5, 5, 5, 5],
  )
})

test('what a creation says of other tasks, projects and itself reaches the door; other spellings of a field are the same field', async () => {
  const { call, wishes } = givenTools()
  const more = { project: 'shop', workflow: 'change', callback_url: 'https://example.org/hook', idempotency_key: 'k1' }
  const { body } = await call('cortex_create_task', { title: 'x', dependsOn: ['task-a'], ...more })
  assert.equal(body['estimated_start'], 'When task-a is done')
  assert.deepEqual(
    wishes.map(({ dependsOn, project, workflow, callbackUrl, key }) => ({ dependsOn, project, workflow, callbackUrl, key })),
    [{ dependsOn: ['task-a'], project: 'shop', workflow: 'change', callbackUrl: 'https://example.org/hook', key: 'k1' }],
  )
})

test('an idempotency key may come as a header; a field that nobody knows is named, not lost', async () => {
  const { call, wishes } = givenTools()
  await call('cortex_create_task', { title: 'x' }, { 'idempotency-key': 'k2' })
  const again = await call('cortex_create_task', { title: 'x', depends: 'task-a' }, { 'idempotency-key': 'k2' })
  assert.deepEqual(
    wishes.map(({ key }) => key),
    ['k2', 'k2'],
  )
  assert.equal(again.body['repeated'], true)
  assert.equal((await call('cortex_create_task', { title: 'x' }, { 'idempotency-key': 'k'.repeat(256) })).status, 400)
  assert.equal(again.body['warning'], 'cortex_create_task does not know and ignored: depends')
  await call('cortex_get_task_status', { task_id: 'task-a' }, { 'idempotency-key': 'k2' })
})

test('a status has the words of the first clients, its result null until it is done', async () => {
  const done = {
    status: 'completed' as const,
    phase: 'completed',
    answer: 'Both are up.',
    files: ['a.js'],
    updated_at: '2026-01-02T11:00:00.000Z',
  }
  const { call } = givenTools([statusOfNew('task-1'), statusOfNew('task-2', done)])
  const { status, body } = await call('cortex_get_task_status', { task_id: 'task-1' })
  assert.equal(status, 200)
  const { task_id, status: word, type, priority, title, created_at, updated_at, result } = body
  assert.deepEqual(
    { task_id, word, type, priority, title, created_at, updated_at, result },
    {
      ...{ task_id: 'task-1', word: 'queued', type: 'user_query', priority: 3, title: 'Deploy Monitoring Stack', result: null },
      ...{ created_at: '2026-01-02T10:00:00.000Z', updated_at: '2026-01-02T10:00:00.000Z' },
    },
  )
  assert.deepEqual(
    [body['success'], body['why'], body['phase'], body['waiting_for']],
    [true, 'waits for a free place', 'queued', ['place']],
  )
  const second = await call('cortex_get_task_status', { task_id: 'task-2' })
  assert.deepEqual(second.body['result'], { answer: 'Both are up.', files: ['a.js'], completed_at: '2026-01-02T11:00:00.000Z' })
})

test('a task that ended badly says how', async () => {
  const { call } = givenTools([statusOfNew('task-1', { status: 'failed', phase: 'escalated', detail: 'three attempts failed' })])
  const { body } = await call('cortex_get_task_status', { task_id: 'task-1' })
  assert.deepEqual(
    [body['status'], body['result'], body['error']],
    ['failed', null, { kind: 'escalated', message: 'three attempts failed' }],
  )
})

test('a missing task is an answer and no error; a shortened id is nobody', async () => {
  const { call, told } = givenTools([statusOfNew('task-chat-1-aaa'), statusOfNew('task-chat-2-bbb')])
  for (const id of ['task-nowhere', 'task-chat', 'task-chat-1']) {
    const { status, body } = await call('cortex_get_task_status', { task_id: id })
    assert.deepEqual([status, body['task_id'], body['status'], body['success']], [200, id, 'not_found', true], id)
  }
  const cancelled = await call('cortex_cancel_task', { task_id: 'task-chat-1' })
  assert.deepEqual([cancelled.status, cancelled.body['status'], told], [200, 'not_found', []])
})

test('several statuses come in one call, in the order asked for', async () => {
  const { call } = givenTools([statusOfNew('task-1'), statusOfNew('task-2', { status: 'completed' })])
  const { body } = await call('cortex_get_task_statuses', { task_ids: ['task-2', 'task-3', 'task-1'] })
  const tasks = body['tasks'] as Answer[]
  assert.deepEqual(
    tasks.map(({ task_id, status }) => `${task_id} ${status}`),
    ['task-2 completed', 'task-3 not_found', 'task-1 queued'],
  )
  assert.deepEqual(body['by_status'], { completed: 1, not_found: 1, queued: 1 })
})

test('an unknown tool is told in the words that clients know', async () => {
  const { status, body } = await givenTools().call('cortex_do_everything', {})
  assert.deepEqual([status, body['error'], body['success']], [400, 'Unknown tool: cortex_do_everything', false])
})

test('a wrong input is told with all its faults at once', async () => {
  const { call, post } = givenTools()
  const { status, body } = await call('cortex_create_task', { title: ' ', category: 'cooking', depends_on: ['../etc'] })
  assert.deepEqual([status, body['success']], [400, false])
  const faults = body['faults'] as string[]
  assert.deepEqual(
    faults.map((fault) => fault.split(':')[0]),
    ['title', 'category', 'depends_on.0'],
  )
  for (const wrong of [
    '{',
    '[]',
    '"x"',
    '{}',
    '{"tool_name":7}',
    '{"tool_name":"cortex_list_agents","tool_input":[]}',
    '{"tool_name":"cortex_list_agents","tool_input":null}',
  ])
    assert.deepEqual([(await post(wrong)).status, (await post(wrong)).body['success']], [400, false], wrong)
  for (const task_id of ['../../etc/passwd', '', 'a b', 7]) assert.equal((await call('cortex_get_task_status', { task_id })).status, 400)
})

test('what is nobody’s fault but ours is 500 without its words, and logged', async () => {
  const { call, logged } = givenTools([], {
    status: async () => {
      throw new TypeError('a secret thing broke')
    },
  })
  const { status, body } = await call('cortex_get_task_status', { task_id: 'task-1' })
  assert.deepEqual([status, body['success']], [500, false])
  assert.doesNotMatch(JSON.stringify(body), /secret/)
  assert.match(JSON.stringify(logged), /a secret thing broke/)
})

test('figures count the tasks of the time range alone', async () => {
  const old = statusOfNew('task-old', { status: 'completed', created_at: '2026-01-01T00:00:00.000Z' })
  const done = statusOfNew('task-done', { status: 'completed', updated_at: '2026-01-02T10:00:30.000Z' })
  const failed = statusOfNew('task-failed', { status: 'failed' })
  const system = async () => ({ process: 1, node: '26', server: '2', position: 1, foreign: 0, open: { gate: 1 }, running: [] })
  const { call } = givenTools([old, done, failed, statusOfNew('task-new')], { system })
  const { body } = await call('cortex_get_metrics', { time_range: '3h' })
  assert.deepEqual(body['tasks'], { total: 3, queued: 1, in_progress: 0, completed: 1, failed: 1 })
  assert.deepEqual([body['success_rate'], body['median_time_ms'], body['open_by_phase']], [0.5, 30_000, { gate: 1 }])
  assert.equal((await call('cortex_get_metrics', { time_range: 'soon' })).status, 400)
})

test('tasks are listed newest first, by status where one is named', async () => {
  const { call } = givenTools([statusOfNew('task-1'), statusOfNew('task-2', { status: 'failed', created_at: '2026-01-02T11:00:00.000Z' })])
  const ids = async (input: object) => ((await call('cortex_get_tasks', input)).body['tasks'] as Answer[]).map(({ task_id }) => task_id)
  assert.deepEqual(await ids({}), ['task-2', 'task-1'])
  assert.deepEqual(await ids({ status: 'failed' }), ['task-2'])
  assert.deepEqual(await ids({ status: 'all', limit: 1, offset: 1 }), ['task-1'])
})

test('the agents and what they may do are listed', async () => {
  const agents = [{ name: 'claude', roles: ['plan', 'implement'] }]
  const masters = [{ name: 'security-master', category: 'security', reviewer: 'codex' }]
  const system = async () => ({ process: 1, node: '26', server: '2', position: 1, foreign: 0, open: {}, running: [], agents, masters })
  const { body } = await givenTools([], { system }).call('cortex_list_agents')
  assert.deepEqual([body['agents'], body['masters'], body['count']], [agents, masters, 1])
})

test('every tool of the first clients is there, and of their wishes', () => {
  const named = [
    'create_task',
    'get_task_status',
    'list_agents',
    'get_tasks',
    'get_metrics',
    'cancel_task',
    'retry_task',
    'get_task_statuses',
  ]
  for (const name of [...named, 'approve_plan', 'reject_plan'])
    assert.ok(
      tools.some((tool) => tool.name === `cortex_${name}`),
      name,
    )
})

test('the call itself is taken in the other spelling, too, and a field that is there in its own stays', async () => {
  const { post } = givenTools()
  for (const call of [
    { toolName: 'cortex_create_task', toolInput: monitoring },
    { tool_name: 'cortex_create_task', toolName: 'nobody', tool_input: monitoring, toolInput: {} },
  ]) {
    const { status, body } = await post(call)
    assert.deepEqual([status, body['status'], body['warning']], [200, 'queued', undefined])
  }
})

test('who is refused before a tool is reached is told so as if the tool had refused', async () => {
  const gateway = givenGateway({ surfaces: [toolSurface()], answerError: toolFault })
  const answer = await gateway.ask('/execute-tool', { body: {}, headers: { 'x-forwarded-for': '203.0.113.7' } })
  const { error, success } = (await answer.json()) as Answer
  assert.deepEqual([answer.status, success, answer.headers.get('www-authenticate')], [401, false, 'Bearer realm="cortex"'])
  assert.match(String(error), /a token is needed/)
  const other = await gateway.ask('/tools', { headers: { 'x-forwarded-for': '203.0.113.7' } })
  assert.deepEqual(Object.keys((await other.json()) as Answer), ['error', 'faults', 'request_id'])
})
