import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import type { Operations } from '../../../../gateway/operations.ts'
import type { TaskWish } from '../../../../gateway/services/task-wish.ts'
import { callerName, type Reception, receive, referred, type Said, taskId } from '../../../../gateway/surfaces/chat/reception.ts'

const said = (text: string, more: Partial<Said> = {}): Said => ({
  platform: 'slack',
  thread: 'slack:C1:1.0',
  message: '1.0',
  hasUniqueIds: false,
  sentAt: new Date(1_760_000_000_000),
  person: { id: 'U1', name: 'ada', isKnown: true },
  text,
  isMention: true,
  ...more,
})

const hash = 'c'.repeat(64)

const reception = (operations: Partial<Operations> = {}, settings: Partial<Reception['settings']> = {}, known: string[] = []) => {
  const asked: { by: string; scopes: readonly string[] }[] = []
  const submitted: TaskWish[] = []
  const done: unknown[][] = []
  const noted = (name: string) => async (input: { id: string }) => {
    done.push([name, input])
    return { id: input.id, outcome: 'done' }
  }
  const all: Partial<Operations> = {
    submit: async (wish) => {
      submitted.push(wish)
      return { id: wish.id ?? '', sequence: 1, created_at: '', repeated: false }
    },
    cancel: noted('cancel'),
    retry: noted('retry'),
    prioritise: noted('prioritise'),
    approve: noted('approve'),
    reject: noted('reject'),
    question: noted('question'),
    plan: async ({ id }) => ({ id, plan_hash: hash, revision: 1, waits: true, text: '', offset: 0, total: 0 }) as never,
    ...operations,
  }
  const made: Reception = {
    settings: { people: ['U1'], creators: [], ...settings },
    operations: ({ name, scopes }) => {
      asked.push({ by: name, scopes })
      return all as Operations
    },
    tasks: { list: async () => known, add: async (ids) => void known.push(...ids) },
  }
  return { asked, submitted, done, known, made }
}

test('a mention with a list becomes tasks that name their message, their thread and each other', async () => {
  const { made, submitted, known, asked } = reception({}, { project: 'shop' })
  assert.equal(await receive(said('- a\n- b'), made), undefined)
  const ids = [taskId(said(''), 0), taskId(said(''), 1)]
  assert.deepEqual(
    submitted.map(({ id, title, project, source }) => ({ id, title, project, source })),
    [
      { id: ids[0], title: 'a', project: 'shop', source: 'chat:slack' },
      { id: ids[1], title: 'b', project: 'shop', source: 'chat:slack' },
    ],
  )
  assert.deepEqual(submitted[0]?.metadata, {
    chat: { platform: 'slack', thread: 'slack:C1:1.0', message: '1.0', person: 'U1', tasks: ids },
  })
  assert.deepEqual(known, ids)
  assert.deepEqual(asked, [{ by: 'slack:U1 (ada)', scopes: ['create', 'read', 'approve'] }])
})

test('the same message gives the same ids, another one others', () => {
  assert.match(taskId(said(''), 0), /^task-chat-1760000000000-[0-9a-z]{9}$/)
  assert.equal(taskId(said('a'), 0), taskId(said('b'), 0))
  const ids = [said(''), said('', { message: '2.0' }), said('', { thread: 'slack:C2:1.0' }), said('', { platform: 'discord' })].map((one) =>
    taskId(one, 0),
  )
  assert.equal(new Set([...ids, taskId(said(''), 1)]).size, 5)
})

test('a task that is there already, read in other words, is this message again', async () => {
  const { made, known } = reception({ submit: () => Promise.reject(new RequestFault(409, ['other content'])) })
  assert.equal(await receive(said('fix it'), made), undefined)
  assert.equal(known.length, 1)
})

test('what the door refuses is told in its words', async () => {
  const { made, known } = reception({ submit: () => Promise.reject(new RequestFault(400, ['project: there is no "x"'])) })
  assert.equal(await receive(said('fix it'), made), 'project: there is no "x"')
  assert.deepEqual(known, [])
})

test('what may work later is thrown, so that the platform sends it again', async () => {
  for (const code of [503, 429]) {
    const { made } = reception({ submit: () => Promise.reject(new RequestFault(code, ['not now'])) })
    await assert.rejects(receive(said('fix it'), made), /not now/)
  }
})

test('commands do what they say, with numbers and ends of ids for the tasks of the thread', async () => {
  const { made, done } = reception({}, {}, ['task-chat-1-aaaaaaaa1', 'task-chat-1-bbbbbbbb2'])
  assert.equal(await receive(said('cancel 2 not needed', { isMention: false }), made), '`task-chat-1-bbbbbbbb2`: cancelled')
  await receive(said('retry aaaaaaaa1 use the other API'), made)
  await receive(said('retry 1 --mend-base'), made)
  await receive(said('priority task-elsewhere-7 p0'), made)
  assert.deepEqual(done, [
    ['cancel', { id: 'task-chat-1-bbbbbbbb2', reason: 'not needed' }],
    ['retry', { id: 'task-chat-1-aaaaaaaa1', guidance: 'use the other API', mendBase: undefined }],
    ['retry', { id: 'task-chat-1-aaaaaaaa1', guidance: undefined, mendBase: true }],
    ['prioritise', { id: 'task-elsewhere-7', priority: 1 }],
  ])
})

test('a decision in words is about the plan that stands at this moment', async () => {
  const { made, done } = reception({}, {}, ['task-1'])
  assert.equal(await receive(said('approve 1'), made), '`task-1`: plan cccccccc approved')
  await receive(said('reject 1 too big'), made)
  await receive(said('changes 1 smaller steps'), made)
  assert.deepEqual(done, [
    ['approve', { id: 'task-1', planHash: hash }],
    ['reject', { id: 'task-1', planHash: hash, reason: 'too big' }],
    ['question', { id: 'task-1', planHash: hash, wish: 'smaller steps' }],
  ])
})

for (const text of ['approve 1', 'reject 1 no', 'changes 1 yes'])
  test(`"${text}" of somebody who may not decide is refused and never asked for`, async () => {
    const { made, done, asked } = reception({}, { people: ['U2'] })
    assert.match((await receive(said(text), made)) ?? '', /may not decide/)
    assert.deepEqual([done, asked], [[], []])
  })

test('nobody may decide where nobody is named', async () => {
  const { made, done } = reception({}, { people: [] })
  assert.match((await receive(said('approve 1'), made)) ?? '', /may not decide/)
  assert.deepEqual(done, [])
})

test('who may not decide is not given the right to, whatever he asks for', async () => {
  const { made, asked } = reception({}, { people: ['U2'] })
  await receive(said('fix it'), made)
  assert.deepEqual(asked[0]?.scopes, ['create', 'read'])
})

test('where creators are named others get no task', async () => {
  const { made, submitted } = reception({}, { creators: ['U2'] })
  assert.match((await receive(said('fix it'), made)) ?? '', /may not ask for tasks/)
  assert.match((await receive(said('cancel 1'), made)) ?? '', /may not ask for tasks/)
  assert.deepEqual(submitted, [])
})

test('somebody whom the platform calls a stranger gets no task unless he is named', async () => {
  const stranger = { person: { id: 'U3', name: 'eve', isKnown: false } }
  const { made, submitted } = reception()
  assert.match((await receive(said('fix it', stranger), made)) ?? '', /may not ask for tasks/)
  const { made: named, submitted: taken } = reception({}, { creators: ['U3'] })
  assert.equal(await receive(said('fix it', stranger), named), undefined)
  assert.deepEqual([submitted.length, taken.length], [0, 1])
})

test('an unknown id is told in words, without waking anybody', async () => {
  const { made } = reception({ cancel: () => Promise.reject(new RequestFault(404, ['there is no task "9 @everyone"'])) })
  const answer = (await receive(said('cancel 9'), made)) ?? ''
  assert.ok(answer.includes('there is no task') && !answer.includes('@everyone'))
})

test('the name on the facts is the id of the platform, which nobody can choose', () => {
  assert.equal(callerName('slack', { id: 'U1', name: 'ada', isKnown: true }), 'slack:U1 (ada)')
  assert.equal(callerName('slack', { id: 'U1', name: '', isKnown: true }), 'slack:U1')
  assert.equal(callerName('slack', { id: 'U1', name: 'x'.repeat(500), isKnown: true }).length, 200)
})

test('an end that fits two tasks means neither', () => {
  const ids = ['task-a-1x', 'task-b-1x']
  assert.equal(referred('1x', ids), '1x')
  assert.equal(referred('a-1x', ids), 'task-a-1x')
  assert.equal(referred('3', ids), '3')
})
