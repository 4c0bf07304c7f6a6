import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type Asked, idOf, judgeCreation, judgeRepetition, readRequest } from '../../../functions/intake/requests.ts'
import { created } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { faultsOf, own, read, request, rules, said } from './request-setting.ts'

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
