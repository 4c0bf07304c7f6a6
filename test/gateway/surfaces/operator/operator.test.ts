import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import type { Workload } from '../../../../functions/views/workload.ts'
import type { FunctionsAnswer } from '../../../../gateway/answers.ts'
import type { Operations } from '../../../../gateway/operations.ts'
import { operationSurface } from '../../../../gateway/surfaces/operations/surface.ts'
import type { OperatorNeeds } from '../../../../gateway/surfaces/operator/needs.ts'
import { operatorSurface } from '../../../../gateway/surfaces/operator/surface.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { roomyDisk } from '../../../support/stubs.ts'

const now = new Date('2026-01-01T12:00:00.000Z')
const HASH = 'a'.repeat(64)
const look = { name: 'write-code', pending: 3, in_flight: 1, redelivered: 0, concurrency: 2, running: [], why: 'works on 1' }
const admit = { ...look, name: 'admit', pending: 0, in_flight: 0, why: 'waits for work' }
const workload: Workload = {
  dispatches: [{ total: 9, failed: 2 }],
  running: [{ stage: 'code', calls: 2 }],
  tasks: [{ status: 'in_progress', tasks: 4 }],
  agents: [],
  events: [],
}
const system = { process: 1, node: '26', server: '2.15', position: 7, foreign: 0, open: { coding: 1 }, running: [] }
const escalated = { id: 'e', type: 'task.escalated', details: 'the checks fail', task: 'task-1', at: '2026-01-01T11:30:00.000Z' }

interface Given {
  operations?: Partial<Operations>
  needs?: Partial<OperatorNeeds>
  config?: Record<string, unknown>
  scopes?: ('create' | 'approve' | 'operate' | 'read')[]
}
const given = ({ operations = {}, needs = {}, config = {}, scopes }: Given = {}) => {
  const gateway = givenGateway({
    surfaces: [
      operationSurface(),
      operatorSurface({
        views: {
          dispatches: async () => [],
          workload: async () => workload,
          health: async () => [escalated, { ...escalated, at: '2026-01-01T10:00:00.000Z' }],
        },
        ping: async () => 1,
        door: async () => ({ bytes: 7, isOpen: true }),
        disk: roomyDisk,
        refusals: { all: () => [{ status: 401, route: 'GET /status', count: 5 }] },
        startedAt: new Date(now.getTime() - 90_000),
        version: '1.2.3',
        ...needs,
      }),
    ],
    operations: {
      functions: async (): Promise<FunctionsAnswer> => ({ functions: [admit, look] }),
      system: async () => system,
      deadLetters: async () => ({ letters: [], total: 0 }),
      ...operations,
    },
    config,
    now: () => now,
    ...(scopes ? { guards: { tokensRequired: true, verify: () => ({ name: 'grafana', scopes, isLocal: false }) } } : {}),
  })
  const get = async (path: string, token?: string) => {
    const answer = await gateway.ask(path, token ? { headers: { authorization: `Bearer ${token}` } } : {})
    return { status: answer.status, body: await answer.json() }
  }
  return { ...gateway, get }
}

test('a workflow is started once, and the same request again is told to be the same', async () => {
  const wishes: unknown[] = []
  const { ask } = given({
    operations: {
      submit: async (wish) => {
        wishes.push(wish)
        return { id: 'bead-1', sequence: 1, created_at: '', repeated: wishes.length > 1 }
      },
    },
  })
  const start = async () => (await ask('/workflows/start', { body: { bead_id: 'bead-1', prompt: 'What is this?' } })).json()
  assert.deepEqual(await start(), { workflow_id: 'bead-1', run_id: 'bead-1', status: 'started', repeated: false, notes: [] })
  assert.equal(((await start()) as { repeated: boolean }).repeated, true)
  assert.equal((await ask('/workflows/start', { body: { beadId: 'bead-1', prompt: 'What is this?' } })).status, 200)
  assert.deepEqual(wishes[2], wishes[0])
  assert.deepEqual(wishes[0], { id: 'bead-1', title: 'What is this?', description: 'What is this?', metadata: { bead_id: 'bead-1' } })
})

test('a question in the address that nobody knows is refused by its name', async () => {
  for (const path of ['/recommendations?colour=1', '/functions?colour=1']) {
    const { status, body } = await given().get(path)
    assert.equal(status, 400, path)
    assert.match(JSON.stringify(body), /colour/)
  }
})

test('everything that is wrong with a request is told at once', async () => {
  const answer = await given().ask('/workflows/start', { body: { prompt: '', nonsense: 1 } })
  const { faults } = (await answer.json()) as { faults: string[] }
  assert.equal(answer.status, 400)
  for (const part of ['bead_id', 'prompt', 'nonsense'])
    assert.ok(
      faults.some((fault) => fault.includes(part)),
      `${part} in ${faults}`,
    )
})

test('an approval names the plan that is meant, and a body of another type is never taken for an approval without one', async () => {
  const decisions: unknown[] = []
  const { ask } = given({
    operations: {
      approve: async (decision) => {
        decisions.push(decision)
        return { id: decision.id, outcome: 'plan.approved' }
      },
    },
  })
  const approved = await ask('/workflows/task-1/approve', { body: { plan_hash: HASH } })
  assert.deepEqual(await approved.json(), { workflow_id: 'task-1', status: 'approved', outcome: 'plan.approved' })
  assert.deepEqual(decisions, [{ id: 'task-1', planHash: HASH, reason: undefined }])
  const other = await ask('/workflows/task-1/approve', {
    body: `plan_hash=${HASH}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(other.status, 415)
  assert.equal((await ask('/workflows/task-1/approve', { body: { hash: HASH } })).status, 400)
  assert.equal((await ask('/workflows/task-1/approve', { body: { planHash: HASH } })).status, 200)
  assert.deepEqual(decisions[1], decisions[0])
  assert.equal(decisions.length, 2)
})

test('a decision that is stored and not taken yet is pending; a refused one says why', async () => {
  const { ask } = given({
    operations: {
      approve: async ({ id }) => ({ id, outcome: 'pending' }),
      reject: () => Promise.reject(new RequestFault(409, ['no plan of task-1 waits'])),
    },
  })
  const pending = (await (await ask('/workflows/task-1/approve', { method: 'POST' })).json()) as { status: string }
  assert.equal(pending.status, 'pending')
  const refused = await ask('/workflows/task-1/reject', { method: 'POST' })
  assert.deepEqual([refused.status, ((await refused.json()) as { error: string }).error], [409, 'no plan of task-1 waits'])
})

test('the state tells the time up and the calls that run', async () => {
  const { status, body } = await given().get('/status')
  assert.equal(status, 200)
  const { uptime_s, running_count, version, open } = body as Record<string, unknown>
  assert.deepEqual({ uptime_s, running_count, version, open }, { uptime_s: 90, running_count: 2, version: '1.2.3', open: { coding: 1 } })
})

const critical: [string, Given][] = [
  ['the bus does not answer', { needs: { ping: () => Promise.reject(new Error('away')) } }],
  [
    'the views have stopped',
    { needs: { views: { ...({} as OperatorNeeds['views']), health: () => Promise.reject(new Error('the views have stopped')) } } },
  ],
  ['the disk has no room', { needs: { disk: { shortage: async () => 'the disk of /data is full' } } }],
  ['nobody reads the door', { operations: { functions: async () => ({ functions: [look] }) } }],
  [
    'the reader of the door is paused while requests wait',
    { operations: { functions: async () => ({ functions: [{ ...admit, pending: 1, paused_until: '2026-01-01T13:00:00.000Z' }] }) } },
  ],
]
for (const [why, needs] of critical)
  test(`the system is not healthy when ${why}`, async () => {
    const { status, body } = await given(needs).get('/health')
    assert.equal(status, 503)
    assert.equal((body as { healthy: boolean }).healthy, false)
  })

test('health says in words that the disk has no room', async () => {
  const { body } = await given({ needs: { disk: { shortage: async () => 'the disk of /data is full' } } }).get('/health')
  assert.equal((body as { recent_events: { details: string }[] }).recent_events[0]?.details, 'the disk of /data is full')
})

test('health is open to everybody, and its details to those who may read', async () => {
  const gateway = given({ scopes: ['read'] })
  assert.deepEqual(await gateway.get('/health'), {
    status: 200,
    body: { healthy: true, at_the_door: 0, door_bytes: 7, door_open: true, events_1h: 1, recent_events: [] },
  })
})

test('health tells the length of the door over all its readers, with what they hold, and its bytes', async () => {
  const functions = [
    { ...admit, pending: 2, in_flight: 1 },
    { ...admit, name: 'admit-outsiders', pending: 30, in_flight: 400 },
    { ...look, pending: 7 },
  ]
  const { body } = await given({ operations: { functions: async () => ({ functions }) } }).get('/health')
  const { at_the_door, door_bytes } = body as { at_the_door: number; door_bytes: number }
  assert.deepEqual([at_the_door, door_bytes], [433, 7])
})

test('what is asked of the views needs the scope to read', async () => {
  const { get } = given({ scopes: ['create'] })
  for (const path of ['/projects', '/projects/x', '/dispatches/task-1', '/recommendations', '/metrics'])
    assert.deepEqual([path, (await get(path, 'token')).status], [path, 403])
})

test('projects are those of cortex.toml, without the login of an address', async () => {
  const { get } = given({ config: { projects: { api: { url: 'https://ada:secret@example.org/api.git', dod: [['npm', 'test']] } } } })
  const project = {
    name: 'api',
    enabled: true,
    workspace: 'https://example.org/api.git',
    base: '',
    merge: 'branch',
    tasks: 1,
    dod: ['npm test'],
  }
  assert.deepEqual(await get('/projects'), { status: 200, body: [project] })
  assert.deepEqual(await get('/projects/api'), { status: 200, body: project })
  for (const name of ['nope', '__proto__', 'toString']) assert.equal((await get(`/projects/${name}`)).status, 404)
  assert.match(JSON.stringify(await get('/projects/nope')), /as it was when Cortex started \(known: api\); restart Cortex/)
})

test('recommendations look back for 1 to 168 hours', async () => {
  const { get } = given()
  const { body } = await get('/recommendations')
  assert.deepEqual(body, { recommendations: [], hours: 24, count: 0, generated_at: now.toISOString() })
  for (const hours of ['0', '169', '1.5', 'x', '', '1e1'])
    assert.deepEqual([hours, (await get(`/recommendations?hours=${hours}`)).status], [hours, 400])
})

test('lanes are told in the order in which they are tried, a paused one as paused', async () => {
  const paused = { ...look, name: 'ask-cli', paused_until: '2026-01-01T13:00:00.000Z', why: 'ask-cli is paused by ada' }
  const { get } = given({ operations: { functions: async () => ({ functions: [paused] }) } })
  const { lanes } = (await get('/lanes')).body as { lanes: Record<string, unknown>[] }
  assert.deepEqual(
    lanes.map(({ lane, state, waiting, why }) => [lane, state, waiting, why]),
    [['cli', 'paused', 3, 'ask-cli is paused by ada']],
  )
})

test('a lane that waits for a person says what he types', async () => {
  const lane = { state: 'auth_required' as const, reason: 'signed out', since: now.toISOString(), waiting: 0, running: 0 }
  const operations = { system: async () => ({ ...system, lane }), functions: async () => ({ functions: [] }) }
  const { get } = given({ operations, config: { lanes: { browser: { site: 'chatgpt' } } } })
  const { lanes } = (await get('/lanes')).body as { lanes: { why: string }[] }
  assert.match(lanes.map(({ why }) => why).join(), /: here cortex login/)
})

test('metrics are those of the first system and of every function, in the text format of Prometheus', async () => {
  const answer = await given().ask('/metrics')
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const lines = (await answer.text()).split('\n')
  for (const line of [
    'cortex_dispatches_total 9',
    'cortex_dispatches_failed_total 2',
    'cortex_dispatches_running 2',
    'cortex_dispatches_running_by_stage{stage="code"} 2',
    'cortex_uptime_seconds 90',
    'cortex_tasks{status="in_progress"} 4',
    'cortex_tasks{status="completed"} 0',
    'cortex_function_pending{function="write-code"} 3',
    'cortex_http_refused_total{status="401",route="GET /status"} 5',
  ])
    assert.ok(lines.includes(line), `${line} in\n${lines.join('\n')}`)
})

test('a series without values yet has no line, and not one without its labels', async () => {
  const { ask } = given({
    needs: { views: { dispatches: async () => [], workload: async () => ({ ...workload, running: [] }), health: async () => [] } },
  })
  const text = await (await ask('/metrics')).text()
  assert.doesNotMatch(text, /^cortex_dispatches_running_by_stage/m)
  assert.match(text, /^cortex_dispatches_running 0$/m)
})

test('health tells its details to those who may read', async () => {
  const { body } = await given().get('/health')
  assert.deepEqual((body as { recent_events: unknown }).recent_events, [
    { type: 'task.escalated', details: 'the checks fail', dispatch_id: '', bead_id: 'task-1', time: escalated.at },
  ])
})

test('functions are paused with a reason and for a time, and go on', async () => {
  const steps: unknown[] = []
  const { ask } = given({
    operations: {
      pause: async (wish) => {
        steps.push(wish)
        return { id: wish.name, outcome: 'function.paused', paused_until: '2026-01-01T12:05:00.000Z' }
      },
      resume: async ({ name }) => {
        steps.push(name)
        return { id: name, outcome: 'function.resumed' }
      },
    },
  })
  const paused = await ask('/functions/write-code/pause', { body: { reason: 'a bad deploy', minutes: 5 } })
  assert.deepEqual(await paused.json(), { name: 'write-code', outcome: 'function.paused', paused_until: '2026-01-01T12:05:00.000Z' })
  const resumed = await ask('/functions/write-code/resume', { method: 'POST' })
  assert.deepEqual(await resumed.json(), { name: 'write-code', outcome: 'function.resumed' })
  assert.deepEqual(steps, [{ name: 'write-code', reason: 'a bad deploy', minutes: 5 }, 'write-code'])
  for (const minutes of [0, 8641, 1.5, '5']) assert.equal((await ask('/functions/write-code/pause', { body: { minutes } })).status, 400)
  // What the document refuses is refused: a text is measured as it was said, not as it will be kept.
  const tooLong = { body: { reason: ` ${'x'.repeat(2000)}` } }
  for (const verb of ['pause', 'resume']) assert.equal((await ask(`/functions/write-code/${verb}`, tooLong)).status, 400, verb)
})

test('dead letters are numbered, and the numbers are checked', async () => {
  const asked: unknown[] = []
  const { get } = given({
    operations: {
      deadLetters: async (wish) => {
        asked.push(wish)
        return { letters: [], total: 0 }
      },
    },
  })
  await get('/dead-letters?limit=7&offset=3')
  assert.deepEqual(asked, [{ limit: 7, offset: 3 }])
  for (const number of ['0', '-1', '1.5', 'x', '99999999999999999999']) assert.equal((await get(`/dead-letters/${number}`)).status, 400)
})
