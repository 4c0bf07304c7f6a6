import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StatusAnswer } from '../../../../gateway/answers.ts'
import type { Operations } from '../../../../gateway/operations.ts'
import { operationSurface } from '../../../../gateway/surfaces/operations/surface.ts'
import { taskSurface } from '../../../../gateway/surfaces/tasks/surface.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { statusOfNew, tasksInMemory } from '../../../support/tasks-in-memory.ts'

type Answer = Record<string, unknown>

const givenTasks = (tasks: readonly StatusAnswer[] = []) => {
  const memory = tasksInMemory(tasks)
  const gateway = givenGateway({ surfaces: [taskSurface(), operationSurface()], operations: memory.operations })
  const json = async (path: string, init?: Parameters<typeof gateway.ask>[1]) => {
    const answer = await gateway.ask(path, init)
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
  }
  return { ...gateway, ...memory, json }
}
const names = (body: Answer): unknown[] => (body['tasks'] as Answer[]).map(({ id }) => id)

test('a task is created durably and says where it is; again with its key it is the same one', async () => {
  const { json, wishes } = givenTasks()
  const init = { body: { title: 'Fix the build', dependsOn: ['task-a'], priority: 1 }, headers: { 'idempotency-key': 'k' } }
  const created = await json('/tasks', init)
  assert.equal(created.status, 201)
  assert.equal(created.headers.get('location'), `/tasks/${created.body['id']}`)
  assert.equal((await json('/tasks', init)).status, 200)
  assert.deepEqual(wishes[0], {
    title: 'Fix the build',
    dependsOn: ['task-a'],
    priority: 1,
    key: 'k',
    description: '',
    category: 'general',
    metadata: {},
    type: 'user_query',
  })
})

test('a creation may be spelled as tools spell it: in snake case, the priority by its name', async () => {
  const { json, wishes } = givenTasks()
  const said = { title: 'Fix the build', depends_on: ['task-a'], callback_url: 'https://example.org/told', priority: 'High' }
  assert.equal((await json('/tasks', { body: said })).status, 201)
  const [{ dependsOn, callbackUrl, priority } = {}] = wishes
  assert.deepEqual([dependsOn, callbackUrl, priority], [['task-a'], 'https://example.org/told', 3])
  for (const wrong of [{ priority: 'urgent' }, { dependsOn: [], depends_on: ['task-a'] }])
    assert.equal((await json('/tasks', { body: { title: 'x', ...wrong } })).status, 400)
})

test('a command may be spelled either way, the priority by its name; a word that nobody knows is refused', async () => {
  const { json, told } = givenTasks([statusOfNew('task-1')])
  const hash = 'a'.repeat(64)
  const said: [string, object, object][] = [
    ['priority', { priority: 'high' }, { priority: 3 }],
    ['retry', { mendBase: true }, { mendBase: true }],
    ['retry', { mend_base: true }, { mendBase: true }],
    ['approve', { planHash: hash }, { planHash: hash }],
    ['approve', { plan_hash: hash }, { planHash: hash }],
  ]
  for (const [place, body, meant] of said) {
    assert.equal((await json(`/tasks/task-1/${place}`, { body })).status, 200, `${place} ${JSON.stringify(body)}`)
    for (const [field, value] of Object.entries(meant)) assert.equal(Reflect.get(Object(told.at(-1)), field), value)
  }
  for (const body of [{ priority: 'urgent' }, { priority: 3, colour: 'red' }])
    assert.equal((await json('/tasks/task-1/priority', { body })).status, 400)
})

test('a list is asked for by what it knows: a priority by its name too, and no other word', async () => {
  const asked: unknown[] = []
  const list: Operations['list'] = async ({ priority }) => {
    asked.push(priority)
    return { tasks: [] }
  }
  const { ask } = givenGateway({ surfaces: [taskSurface()], operations: { list } })
  for (const said of ['3', 'high']) assert.equal((await ask(`/tasks?priority=${said}`)).status, 200)
  assert.deepEqual(asked, [3, 3])
  for (const said of ['priority=urgent', 'colour=1']) assert.equal((await ask(`/tasks?${said}`)).status, 400, said)
})

test('everything that is wrong with a creation is told at once', async () => {
  const { json, wishes } = givenTasks()
  const { status, body } = await json('/tasks', { body: { title: '', priority: 2, colour: 'red' } })
  assert.equal(status, 400)
  for (const fault of [/title/, /priority is 1/, /colour/]) assert.match(String(body['error']), fault)
  assert.deepEqual(wishes, [])
})

test('a list comes page by page and says whether there is more', async () => {
  const tasks = [1, 2, 3].map((n) => statusOfNew(`task-${n}`, { created_at: `2026-01-0${n}T10:00:00.000Z` }))
  const { json } = givenTasks(tasks)
  const first = await json('/tasks?limit=2')
  assert.deepEqual([names(first.body), first.body['more']], [['task-3', 'task-2'], true])
  const second = await json('/tasks?limit=2&offset=2')
  assert.deepEqual([names(second.body), second.body['more']], [['task-1'], false])
  assert.equal((await json('/tasks?limit=1&offset=2')).body['more'], false)
  assert.equal((await json('/tasks?limit=0')).status, 400)
  assert.equal((await json('/tasks?status=running')).status, 400)
})

test('a list is of one category when one is asked for, and says of which each task is', async () => {
  const { json } = givenTasks([statusOfNew('task-1', { category: 'security' }), statusOfNew('task-2')])
  const { body } = await json('/tasks?category=security')
  assert.deepEqual(
    (body['tasks'] as Answer[]).map(({ id, category }) => [id, category]),
    [['task-1', 'security']],
  )
  assert.equal((await json('/tasks?category=fun')).status, 400)
})

test('what needs no words may be said to be JSON and be empty; what is no JSON is told how to send it', async () => {
  const { json, told } = givenTasks([statusOfNew('task-1')])
  const headers = { 'content-type': 'application/json' }
  assert.equal((await json('/tasks/task-1/approve', { method: 'POST', headers })).status, 200)
  assert.deepEqual(
    told.map(({ command }) => command),
    ['approve'],
  )
  assert.match(String((await json('/tasks', { method: 'POST', headers })).body['error']), /^title: /)
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '2' }, body: '{}' }
  const refused = await json('/tasks/task-1/approve', form)
  assert.equal(refused.status, 415)
  assert.match(String(refused.body['error']), /content-type: application\/json/)
})

test('several tasks are asked for by their ids; a missing one is not_found, a wrong one a fault', async () => {
  const { json } = givenTasks([statusOfNew('task-1'), statusOfNew('task-22')])
  const { body } = await json('/tasks?ids=task-22,task-2,task-1')
  assert.deepEqual(
    (body['tasks'] as Answer[]).map(({ id, status }) => [id, status]),
    [
      ['task-22', 'queued'],
      ['task-2', 'not_found'],
      ['task-1', 'queued'],
    ],
  )
  for (const wrong of ['task-1,../x', 'task-1,', 'a b', '']) assert.equal((await json(`/tasks?ids=${wrong}`)).status, 400, wrong)
  const many = Array.from({ length: 101 }, (_, n) => `task-${n}`).join(',')
  assert.match(String((await json(`/tasks?ids=${many}`)).body['error']), /at most 100/)
})

test('a task is shown, and one that is not there is 404', async () => {
  const { json } = givenTasks([statusOfNew('task-1')])
  assert.equal((await json('/tasks/task-1')).body['title'], 'Deploy Monitoring Stack')
  assert.deepEqual([(await json('/tasks/task-2')).status, (await json(`/tasks/${'x'.repeat(200)}`)).status], [404, 400])
})

test('everything that may be asked for about a task has a route', async () => {
  const { json, told } = givenTasks([statusOfNew('task-1')])
  const plan_hash = 'a'.repeat(64)
  const bodies = {
    cancel: { reason: 'enough' },
    retry: { guidance: 'with less' },
    approve: { plan_hash },
    reject: { plan_hash, reason: 'too much' },
    question: { wish: 'smaller' },
    priority: { priority: 1 },
  }
  for (const [name, body] of Object.entries(bodies)) assert.equal((await json(`/tasks/task-1/${name}`, { body })).status, 200, name)
  assert.deepEqual(told, [
    { command: 'cancel', id: 'task-1', reason: 'enough' },
    { command: 'retry', id: 'task-1', guidance: 'with less' },
    { command: 'approve', id: 'task-1', planHash: plan_hash },
    { command: 'reject', id: 'task-1', planHash: plan_hash, reason: 'too much' },
    { command: 'question', id: 'task-1', wish: 'smaller' },
    { command: 'prioritise', id: 'task-1', priority: 1 },
  ])
})

test('what needs no words may be said without any; what does is refused without them', async () => {
  const { json } = givenTasks([statusOfNew('task-1')])
  for (const name of ['cancel', 'retry', 'approve'])
    assert.equal((await json(`/tasks/task-1/${name}`, { method: 'POST' })).status, 200, name)
  for (const name of ['reject', 'question', 'priority']) assert.equal((await json(`/tasks/task-1/${name}`, { body: {} })).status, 400, name)
  assert.equal((await json('/tasks/task-1/cancel', { body: { why: 'x' } })).status, 400)
})

test('the description of the routes tells each with its answers', async () => {
  const { app } = givenTasks()
  const { paths = {} } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Cortex', version: '0' } })
  for (const name of ['cancel', 'retry', 'approve', 'reject', 'question', 'priority']) assert.ok(paths[`/tasks/{id}/${name}`]?.post, name)
  for (const status of ['200', '201', '400', '409', '503']) assert.ok(status in (paths['/tasks']?.post?.responses ?? {}), status)
})
