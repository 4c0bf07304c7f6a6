import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { DoorRequest } from '../../../bus/define-function.ts'
import type { Ruling } from '../../../functions/intake/door-ruling.ts'
import { isJobRequest } from '../../../functions/intake/job-requests.ts'
import {
  type Asked,
  idOf,
  judgeCreation,
  judgeRepetition,
  judgeRequest,
  type Rules,
  readRequest,
} from '../../../functions/intake/requests.ts'
import {
  approved,
  atTheGate,
  cancelled,
  coding,
  completed,
  created,
  doubtApproved,
  doubted,
  doubtHash,
  drafted,
  escalated,
  type Facts,
  failed,
  finishing,
  passed,
  planHash,
  planning,
  questioned,
  reviewing,
  round,
  scanned,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'

const request = (type: string, body: unknown, more: Partial<DoorRequest> = {}): DoorRequest => ({
  type,
  open: true,
  subject: type,
  sequence: 7,
  time: '2026-01-01T12:00:00.000Z',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
})
const read = (type: string, body: unknown, more: Partial<DoorRequest> = {}): Asked => {
  const asked = readRequest(request(type, body, more))
  if ('faults' in asked) throw new Error(asked.faults.join('; '))
  return asked
}
const faultsOf = (type: string, body: unknown, more: Partial<DoorRequest> = {}): string[] => {
  const asked = readRequest(request(type, body, more))
  return 'faults' in asked ? asked.faults : []
}
const own = { open: false, subject: 'door.plan.approved' }

test('all faults of a request are said at once', () => {
  const faults = faultsOf('task.created', {
    title: '  ',
    priority: 2,
    category: 'fun',
    dependsOn: ['a b'],
    callbackUrl: 'no url',
    colour: 'red',
    id: '-x',
  })
  for (const word of [/title/, /priority is 1/, /category/, /dependsOn\.0/, /callbackUrl/, /colour/, /^id:/])
    assert.ok(
      faults.some((fault) => word.test(fault)),
      `${word} in ${faults.join('; ')}`,
    )
})

test('a key nobody knows is refused in every request, so that no typing error is ignored', () => {
  const bodies = {
    'task.created': { title: 'x' },
    'plan.approved': { id: 'task-1' },
    'plan.rejected': { id: 'task-1' },
    'plan.questioned': { id: 'task-1', reason: 'why' },
    'task.cancelled': { id: 'task-1' },
    'task.retried': { id: 'task-1' },
    'task.reprioritised': { id: 'task-1', priority: 1 },
  }
  for (const [type, body] of Object.entries(bodies)) {
    assert.deepEqual(faultsOf(type, body), [], type)
    assert.match(faultsOf(type, { ...body, plan_hash: 'x' }).join(), /plan_hash/, type)
  }
})

const unreadable: readonly [what: string, type: string, body: unknown, fault: RegExp][] = [
  ['a body that is no JSON', 'task.created', '{"title":', /the body is no JSON/],
  ['an empty body', 'task.created', '', /the body is no JSON/],
  ['a list', 'task.created', '[]', /must be a JSON object/],
  ['null', 'task.created', 'null', /must be a JSON object/],
  ['a text', 'plan.approved', '"task-1"', /must be a JSON object/],
  ['a request that does not exist', 'task.completed', { id: 'task-1' }, /nothing can be asked for by "task\.completed"/],
  ['the name of a member of every object', 'constructor', { id: 'task-1' }, /nothing can be asked for/],
  ['a decision about no task', 'plan.approved', {}, /^id/],
  ['a wish for changes without the changes', 'plan.questioned', { id: 'task-1', reason: '  ' }, /say what should change/],
  ['a hash that is none', 'plan.approved', { id: 'task-1', planHash: 'abc' }, /64 hexadecimal digits/],
  ['an id with a dot, which would be another subject', 'task.cancelled', { id: 'task.1' }, /^id/],
  ['an id with a wildcard', 'task.cancelled', { id: '*' }, /^id/],
  ['an id that is too long', 'task.cancelled', { id: 'a'.repeat(129) }, /^id/],
]
for (const [what, type, body, fault] of unreadable)
  test(`${what} is refused in words`, () => assert.match(faultsOf(type, body).join('; '), fault))

test('a refusal names the task it is about, when it can be read', () => {
  const asked = readRequest(request('task.reprioritised', { id: 'task-1', priority: 9 }))
  assert.equal('faults' in asked && asked.task, 'task-1')
})

test('whoever comes by an open subject is believed to be nobody', () => {
  const { by, channel } = read('plan.approved', { id: 'task-1', by: 'the boss', channel: 'cli' })
  assert.deepEqual([by, channel], ['nats', 'nats'])
})

test('at the system’s own door the caller is believed', () => {
  const { by, channel } = read('plan.approved', { id: 'task-1', by: 'ada', channel: 'cli' }, own)
  assert.deepEqual([by, channel], ['ada', 'cli'])
  assert.deepEqual(
    [read('plan.approved', { id: 'task-1' }, own).by, read('plan.approved', { id: 'task-1' }, own).channel],
    ['unknown', 'service'],
  )
})

test('a caller that cannot be read is refused and does not stop the door', () => {
  const faults = faultsOf('plan.approved', { id: 'task-1', by: 7, channel: '', planHash: 'x' }, own)
  for (const word of [/^planHash/, /^by/, /^channel/])
    assert.ok(
      faults.some((fault) => word.test(fault)),
      `${word} in ${faults.join('; ')}`,
    )
})

test('a task is resumed by the system alone', () => {
  assert.match(faultsOf('task.resumed', { id: 'task-1', function: 'write-code' }).join(), /nothing can be asked for/)
  assert.equal(read('task.resumed', { id: 'task-1', function: 'write-code' }, own).type, 'task.resumed')
})

test('a task’s id is the one in its body, whatever its message is called', () =>
  assert.equal(read('task.created', { title: 'x', id: 'mine' }, { messageId: 'other' }).id, 'mine'))

test('without one it is the publisher’s message id, or made of it, or of its place at the door', () => {
  assert.equal(idOf({ messageId: 'order-66', sequence: 7 }), 'order-66')
  const hashed = createHash('sha256').update('order 66/a').digest('hex').slice(0, 20)
  assert.equal(idOf({ messageId: 'order 66/a', sequence: 7 }), `task-${hashed}`)
  assert.match(idOf({ messageId: 'job-7', sequence: 7 }), /^task-[0-9a-f]{20}$/)
  assert.equal(idOf({ messageId: undefined, sequence: 7 }), 'task-in-7')
  assert.equal(idOf({ messageId: '', sequence: 7 }), 'task-in-7')
})

type Creation = Extract<Asked, { type: 'task.created' }>
const creation = (body: object): Creation => read('task.created', { title: 'Fix the total', ...body }, { messageId: 'task-2' }) as Creation
const rules: Rules = { projects: ['shop'], gateChannels: ['cli', 'nats'], unconfined: null }
const said = (ruling: Ruling): string => (ruling.kind === 'refuse' ? ruling.faults.join('; ') : ruling.kind)

test('a new task is accepted when its project exists; what it depends on may come after it', () =>
  assert.equal(said(judgeCreation(creation({ project: 'shop', dependsOn: ['task-1'] }), undefined, rules)), 'accept'))

test('all that keeps a new task from being is said at once', () => {
  const ruling = judgeCreation(creation({ project: 'attic', dependsOn: ['task-3'] }), ['task-2', 'task-3', 'task-2'], rules)
  assert.equal(
    said(ruling),
    'project: "attic" is not in cortex.toml as it was when Cortex started (known: shop); restart Cortex after adding one; dependsOn: a task cannot wait for itself: task-2 -> task-3 -> task-2',
  )
})

test('no task takes the id of a job, and what else is wrong is said beside it', () =>
  assert.match(said(judgeCreation(creation({ id: 'job-7', project: 'attic' }), undefined, rules)), /^id: .*"job-".*; project: "attic"/))

test('a change needs a project, a question needs none', () => {
  assert.match(said(judgeCreation(creation({ workflow: 'change' }), undefined, rules)), /a change needs one/)
  assert.equal(said(judgeCreation(creation({ workflow: 'answer' }), undefined, rules)), 'accept')
  assert.match(said(judgeCreation(creation({ project: 'shop' }), undefined, { ...rules, projects: [] })), /it named none/)
})

test('the same creation again is the same task, other content is another', () => {
  const task = given(created({ by: 'ada', channel: 'cli', metadata: { a: 1 } })).task()
  assert.equal(said(judgeRepetition(creation({ project: 'shop', metadata: { a: 1 }, priority: 5 }), task)), 'repeated')
  assert.match(said(judgeRepetition(creation({ project: 'shop', metadata: { a: 2 } }), task)), /another task already \("Fix the total"\)/)
})

const judged = (facts: Facts, type: string, body: object = {}, around = rules): string => {
  const asked = read(
    type,
    { id: 'task-1', ...body },
    { ...own, body: JSON.stringify({ id: 'task-1', channel: 'cli', by: 'ada', ...body }) },
  )
  if (asked.type === 'task.created' || isJobRequest(asked)) throw new Error('creations are judged otherwise')
  const ruling = judgeRequest(asked, given(facts).task(), around)
  return ruling.kind === 'accept' ? `accept ${ruling.planHash?.slice(0, 6) ?? ''}`.trim() : said(ruling)
}
const mine = `accept ${planHash.slice(0, 6)}`
const other = 'f'.repeat(64)

const decisions: readonly [rule: string, facts: Facts, type: string, body: object, expected: string | RegExp][] = [
  ['an approval without a hash means the plan at the open gate', atTheGate(), 'plan.approved', {}, mine],
  ['an approval may name the plan at the open gate', atTheGate(), 'plan.approved', { planHash }, mine],
  [
    'an approval of another plan than the one that waits is refused',
    atTheGate(),
    'plan.approved',
    { planHash: other },
    /the plan that waits is .*look at it again/,
  ],
  ['an approval by hash may not come before its gate opens', [planning(), drafted()], 'plan.approved', { planHash }, /is not open yet/],
  ['an approval without a hash may not come before the gate opens', planning(), 'plan.approved', {}, /is not open yet/],
  [
    'an approval of a plan that is made anew is refused',
    [atTheGate(), questioned('why')],
    'plan.approved',
    { planHash },
    /changes were asked for in this plan/,
  ],
  ['a rejection may not come before the gate opens', planning(), 'plan.rejected', { planHash }, /is not open yet/],
  ['neither may a wish for changes', planning(), 'plan.questioned', { planHash, reason: 'why' }, /is not open yet/],
  ['the same approval again is the same', [atTheGate(), approved()], 'plan.approved', {}, 'repeated'],
  ['also after work has begun', [coding(), round()], 'plan.approved', { planHash }, 'repeated'],
  ['an approved plan is not rejected any more', [atTheGate(), approved()], 'plan.rejected', {}, /is approved already; cancel the task/],
  ['an approved plan is not questioned any more', [atTheGate(), approved()], 'plan.questioned', { reason: 'why' }, /is approved already/],
  ['a plan at the gate may be rejected', atTheGate(), 'plan.rejected', {}, mine],
  ['a plan at the gate may be questioned', atTheGate(), 'plan.questioned', { reason: 'use integers' }, mine],
  ['while it is planned again no hash means no plan', [atTheGate(), questioned('why')], 'plan.approved', {}, /is not open yet/],
  [
    'once code is written no other plan can be approved',
    [coding(), round()],
    'plan.approved',
    { planHash: other },
    /no plan of task-1 waits: it is coding/,
  ],
  ['a task that has ended takes no decision', [atTheGate(), failed()], 'plan.approved', {}, /has ended already: failed/],
  ['a channel that is not named takes no decision', atTheGate(), 'plan.approved', { channel: 'service' }, /not taken from "service"/],
  ['a task that does not exist takes no decision', [], 'plan.approved', {}, 'there is no task task-1'],
]
for (const [rule, facts, type, body, expected] of decisions)
  test(rule, () =>
    typeof expected === 'string' ? assert.equal(judged(facts, type, body), expected) : assert.match(judged(facts, type, body), expected),
  )

test('where agents run without a sandbox no decision is taken from who proved nothing, and it is said what to type', () => {
  const unsandboxed: Rules = { projects: ['shop'], unconfined: 'bwrap was not found' }
  for (const channel of ['service', 'local', 'nats'])
    for (const [type, body] of [['plan.approved'], ['plan.rejected'], ['plan.questioned', { reason: 'why' }]] as const) {
      const refused = judged(atTheGate(), type, { ...body, channel }, unsandboxed)
      assert.match(refused, /without a sandbox \(bwrap was not found\)/)
      assert.match(refused, new RegExp(`type "cortex approve task-1" on this machine, or .*"${channel}" in \\[gate\\] channels`))
      assert.equal(judged(atTheGate(), type, { ...body, channel }, { ...unsandboxed, gateChannels: [channel] }), mine)
      assert.equal(judged(atTheGate(), type, { ...body, channel }, { ...unsandboxed, unconfined: null }), mine)
    }
  for (const channel of ['cli', 'gateway', 'chat', 'webhook', 'mcp', 'demo'])
    assert.equal(judged(atTheGate(), 'plan.approved', { channel }, unsandboxed), mine)
})

const requests: readonly [rule: string, facts: Facts, type: string, body: object, expected: string | RegExp][] = [
  ['an open task can be cancelled at any stage', reviewing(), 'task.cancelled', {}, 'accept'],
  [
    'a task that is being delivered cannot be cancelled any more',
    [reviewing(), finishing()],
    'task.cancelled',
    {},
    /being delivered to branch cortex\/task-1; it is too late/,
  ],
  ['the same cancellation again is the same', [created(), cancelled()], 'task.cancelled', {}, 'repeated'],
  ['a task that is done cannot be cancelled', [created(), completed()], 'task.cancelled', {}, /has ended already: completed/],
  ['a task that needs a person can be given up', [created(), escalated()], 'task.cancelled', {}, 'accept'],
  ['a running task cannot be retried', coding(), 'task.retried', {}, /has not ended \(coding\); cancel it first, or wait/],
  ['a task that is done is not retried', [created(), completed()], 'task.retried', {}, /create a new task for more/],
  ['a failed task can be retried', [created(), failed()], 'task.retried', { guidance: 'smaller' }, 'accept'],
  ['an escalated task can be retried', [created(), escalated()], 'task.retried', {}, 'accept'],
  ['a cancelled task can be retried', [created(), cancelled()], 'task.retried', {}, 'accept'],
  ['what a spent budget escalated is not resumed', [coding(), escalated()], 'task.resumed', { function: 'write-code' }, /retry it instead/],
  [
    'a task that a function gave up on can be resumed',
    [coding(), escalated('it gave up', 'function_failed')],
    'task.resumed',
    { function: 'write-code' },
    'accept',
  ],
  ['an open task needs no resuming', coding(), 'task.resumed', { function: 'write-code' }, 'repeated'],
  [
    'a change of the tests is approved by its hash',
    [reviewing(), passed(), scanned(), doubted()],
    'plan.approved',
    { planHash: doubtHash },
    'accept dddddd',
  ],
  [
    'who approved a plan has not approved a change of the tests',
    [reviewing(), passed(), scanned(), doubted()],
    'plan.approved',
    {},
    /waits with a change of its tests, d{64}; look at it/,
  ],
  [
    'nor has who names the plan',
    [reviewing(), passed(), scanned(), doubted()],
    'plan.approved',
    { planHash },
    /waits with a change of its tests/,
  ],
  [
    'a change of the tests that was given up is approved no more',
    [reviewing(), passed(), scanned(), doubted(), cancelled()],
    'plan.approved',
    { planHash: doubtHash },
    /has ended already/,
  ],
  [
    'the same approval again is the same',
    [reviewing(), passed(), scanned(), doubted(), doubtApproved()],
    'plan.approved',
    { planHash: doubtHash },
    'repeated',
  ],
  ['another priority is accepted', [created()], 'task.reprioritised', { priority: 1 }, 'accept'],
  ['the same priority is no news', [created()], 'task.reprioritised', { priority: 5 }, 'repeated'],
  ['a task that has ended has no priority', [created(), failed()], 'task.reprioritised', { priority: 1 }, /has ended already/],
  ['what is no task cannot be asked for anything', [], 'task.cancelled', {}, 'there is no task task-1'],
]
for (const [rule, facts, type, body, expected] of requests)
  test(rule, () =>
    typeof expected === 'string' ? assert.equal(judged(facts, type, body), expected) : assert.match(judged(facts, type, body), expected),
  )
