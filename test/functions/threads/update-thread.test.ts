import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatStep, plainly } from '../../../bus/next-steps.ts'
import { threadStory } from '../../../functions/threads/chat-origin.ts'
import { threadMessages } from '../../../functions/threads/thread-messages.ts'
import updateThread from '../../../functions/threads/update-thread.ts'
import { type FakeRoom, fakeRoom, patience } from '../../support/chat-platforms/fake-room.ts'
import {
  approved,
  atTheGate,
  atTheGateOfBroken,
  coding,
  created,
  doubtApproved,
  doubted,
  doubtHash,
  escalated,
  type Facts,
  fact,
  failed,
  type Given,
  plan,
  planHash,
  planning,
  round,
  storyOf,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { memoryBlobs } from '../../support/memory-blobs.ts'
import { runHandler } from '../../support/run-handler.ts'
import { factsOf } from '../../support/stories.ts'
import { config } from '../../support/stubs.ts'

const origin = { platform: 'slack', thread: 'slack:C1:1.0', message: '1.0', person: 'U1', tasks: ['task-1'] }
const THREAD = threadStory(origin)
const due = (tasks: string[] = ['task-1']): Given<'thread.due'> => ({
  ...fact('thread.due', { platform: 'slack', thread: 'slack:C1:1.0', tasks }),
  id: THREAD,
})
const settings = config({ gateway: { chat: { slack: { people: ['U1', 'U2'] } } } })

const scene = (room: FakeRoom, facts: Facts, more: { now?: string } = {}) => {
  const blobs = memoryBlobs()
  return {
    run: async () => {
      await blobs.put(`${JSON.stringify(plan, null, 2)}\n`, 'application/json')
      return given(...facts)
        .when(due(), { services: { config: settings, chat: room.chat }, blobs, ...(more.now ? { now: more.now } : {}) })
        .of(updateThread)
        .outcome()
    },
  }
}

/** What a run left, as the stream has it for the next run. */
const kept = (records: readonly { type: string; data: unknown }[]): Facts => records.map((record) => ({ ...(record as Given), id: THREAD }))

test('the first time the status is posted, after that was marked', async () => {
  const room = fakeRoom()
  const { records } = await scene(room, [planning()]).run()
  assert.deepEqual(
    records.map(({ type, data }) => [type, (data as { slot: string }).slot]),
    [
      ['thread.posting', 'status'],
      ['thread.posted', 'status'],
    ],
  )
  assert.equal(room.messages.length, 1)
  assert.match(room.messages[0]?.body.text ?? '', /1 task.*in progress[\s\S]*Fix the total \(`task-1`\)/)
})

test('after that it is edited, and only when it says something else', async () => {
  const room = fakeRoom()
  const { records } = await scene(room, [planning()]).run()
  const again = await scene(room, [planning(), kept(records)], { now: '2026-01-01T10:00:03.000Z' }).run()
  const third = await scene(room, [planning(), kept(records), kept(again.records), failed()]).run()
  assert.equal(room.messages.length, 1)
  assert.match(room.messages[0]?.body.text ?? '', /❌.*somebody said no/)
  assert.deepEqual(
    third.records.map(({ type }) => type),
    ['thread.posted'],
  )
  const fourth = await scene(room, [planning(), kept(records), failed(), kept(third.records)]).run()
  assert.deepEqual(fourth.records, [])
})

test('after a crash between mark and post it is posted', async () => {
  const room = fakeRoom()
  room.fault = new Error('slack did not take a message: 500')
  await assert.rejects(scene(room, [planning()]).run(), /500/)
  const marked: Facts = [{ ...fact('thread.posting', { slot: 'status' }), id: THREAD, time: '2026-01-01T09:00:00.000Z' }]
  await scene(room, [planning(), marked], { now: '2026-01-01T10:00:00.000Z' }).run()
  assert.equal(room.messages.length, 1)
})

test('after a crash between post and its fact the message is found and edited, not posted again', async () => {
  const room = fakeRoom()
  await scene(room, [planning()]).run()
  const marked: Facts = [{ ...fact('thread.posting', { slot: 'status' }), id: THREAD, time: '2026-01-01T09:00:00.000Z' }]
  const { records } = await scene(room, [planning(), marked], { now: '2026-01-01T10:00:00.000Z' }).run()
  assert.equal(room.messages.length, 1)
  assert.deepEqual(
    records.map(({ type, data }) => [type, (data as { message?: string }).message]),
    [['thread.posted', 'm1']],
  )
})

test('while another process is about to post, this one waits', async () => {
  const room = fakeRoom()
  const marked: Facts = [{ ...fact('thread.posting', { slot: 'status' }), id: THREAD, time: '2026-01-01T10:00:00.000Z' }]
  await assert.rejects(scene(room, [planning(), marked], { now: '2026-01-01T10:00:05.000Z' }).run(), { name: 'RetryAfter' })
  assert.equal(room.messages.length, 0)
})

test('a message that somebody deleted is posted again', async () => {
  const room = fakeRoom()
  const { records } = await scene(room, [planning()]).run()
  room.messages.length = 0
  await scene(room, [planning(), kept(records), failed()]).run()
  assert.equal(room.messages.length, 1)
})

test('patience that the platform asks for is handed on', async () => {
  const room = fakeRoom()
  room.fault = patience()
  await assert.rejects(scene(room, [planning()]).run(), { name: 'RetryAfter', delayMs: 1000 })
})

test('a timer that a later one followed does nothing: that one shows more', async () => {
  const room = fakeRoom()
  const facts = factsOf([planning(), due(), due()])
  const services = { config: settings, chat: room.chat }
  const dues = facts.filter(({ type }) => type === 'thread.due')
  assert.deepEqual((await runHandler(updateThread, { facts, event: dues[0] }, { services })).records, [])
  assert.equal((await runHandler(updateThread, { facts, event: dues[1] }, { services })).records.length, 2)
})

test('a plan that waits is a card with buttons bound to it, and says what became of it', async () => {
  const room = fakeRoom()
  const { records } = await scene(room, [atTheGate()]).run()
  const card = room.messages[1]
  assert.deepEqual(card?.body.buttons, ['approve', 'reject'])
  assert.deepEqual(card?.body.plan, { task: 'task-1', planHash })
  assert.match(card?.body.text ?? '', /Round the total[\s\S]*1\. round in total\(\)[\s\S]*total\(\) gives whole cents[\s\S]*src\/cart\.js/)
  await scene(room, [atTheGate(), kept(records), approved()]).run()
  assert.equal(room.messages.length, 2)
  assert.deepEqual(room.messages[1]?.body.buttons, undefined)
  assert.match(room.messages[1]?.body.text ?? '', /approved by ada \(cli\)/)
})

test('the card of a plan on a broken base says what fails there, and wakes nobody by it', async () => {
  const room = fakeRoom()
  await scene(room, [atTheGateOfBroken('@everyone expected 3, got 2')]).run()
  const text = room.messages[1]?.body.text ?? ''
  assert.match(text, /⚠️ the base is broken: `npm test` ended with 1 \(bbbbbbbb\)[\s\S]*expected 3, got 2/)
  assert.equal(text.includes('@everyone'), false)
})

test('a change of the tests that waits is a card with one button bound to it, and says what became of it', async () => {
  const room = fakeRoom()
  const yardstick = [{ file: 'test/a.js', kind: 'test', change: 'deleted', added: 0, removed: 9 }] as const
  const waiting: Facts = [coding(), round(), written({ yardstick: [...yardstick] }), doubted()]
  const { records } = await scene(room, waiting).run()
  const card = room.messages.find(({ body }) => body.title?.startsWith('Tests changed'))
  assert.deepEqual(card?.body.buttons, ['approve'])
  assert.deepEqual(card?.body.plan, { task: 'task-1', planHash: doubtHash })
  assert.match(card?.body.text ?? '', /It touches\*\*: test\/a\.js deleted \(\+0 -9\)/)
  await scene(room, [waiting, kept(records), doubtApproved()]).run()
  const after = room.messages.find(({ body }) => body.title?.startsWith('Tests changed'))
  assert.deepEqual(after?.body.buttons, undefined)
  assert.match(after?.body.text ?? '', /approved by ada/)
})

test('an escalation calls people by a new message, once', async () => {
  const room = fakeRoom()
  const { records } = await scene(room, [planning(), escalated()]).run()
  assert.equal(room.messages.length, 2)
  assert.deepEqual(room.messages[1]?.body.people, ['U1', 'U2'])
  await scene(room, [planning(), escalated(), kept(records)]).run()
  assert.equal(room.messages.length, 2)
})

test('a reminder calls people when half of the time is over', async () => {
  const room = fakeRoom()
  await scene(room, [atTheGate()], { now: '2026-01-01T23:00:00.000Z' }).run()
  assert.equal(room.messages.length, 3)
  assert.match(room.messages[2]?.body.text ?? '', /still waits for a decision/)
  const early = fakeRoom()
  await scene(early, [atTheGate()], { now: '2026-01-01T11:00:00.000Z' }).run()
  assert.equal(early.messages.length, 2)
})

test('a platform that is off by now is left alone', async () => {
  const room = fakeRoom([])
  assert.deepEqual((await scene(room, [planning()]).run()).records, [])
})

test('fifty tasks fit into one message, those that need a person first', () => {
  const ids = Array.from({ length: 50 }, (_, index) => `task-chat-1760000000000-${String(index).padStart(9, '0')}`)
  const facts = ids.flatMap((id, index) =>
    storyOf(id, created({ title: `Task ${index} ${'x'.repeat(80)}` }), ...(index === 40 ? [escalated()] : [])),
  )
  const tasks = ids.map((id) => given(...facts).task(id))
  const [status] = threadMessages({
    story: THREAD,
    tasks,
    openTasks: tasks,
    awaited: [],
    posted: [],
    config: settings,
    people: [],
    now: '2026-01-01T10:00:00.000Z',
  })
  const text = status?.body.text ?? ''
  assert.ok(text.length < 2000, `${text.length} characters`)
  assert.match(text, /50 tasks.*49 queued, 1 escalated|50 tasks.*1 escalated/)
  assert.match(text, /🚨 41\. Task 40/)
  assert.match(text, /and \d+ more/)
})

test('a status has as many lines, and is the same message, whether steps in it are marked or not', () => {
  const shown = (reason: string) => {
    const tasks = Array.from({ length: 40 }, (_, n) => ({ ...given(created(), failed(reason)).task('task-1'), id: `task-${n}` }))
    const world = { story: THREAD, tasks, openTasks: tasks, awaited: [], posted: [], config: settings, people: [] }
    return threadMessages({ ...world, now: '2026-01-01T10:00:00.000Z' })[0]
  }
  const [marked, unmarked] = [shown(`nobody decided; ${chatStep('retry task-1')}`), shown('nobody decided; cortex retry task-1')]
  assert.equal(plainly(marked?.body.text ?? ''), unmarked?.body.text)
  assert.deepEqual([marked?.shown, /and \d+ more/.test(unmarked?.body.text ?? '')], [unmarked?.shown, true])
})

test('what people wrote wakes nobody when it is repeated', () => {
  const task = given(created({ title: 'ask <!channel> and @everyone and <@U1> [x](https://example.org)' })).task()
  const [status] = threadMessages({
    story: THREAD,
    tasks: [task],
    openTasks: [task],
    awaited: [],
    posted: [],
    config: settings,
    people: [],
    now: '2026-01-01T10:00:00.000Z',
  })
  for (const word of ['<!channel>', '@everyone', '<@U1>', '](https']) assert.ok(!(status?.body.text ?? word).includes(word), word)
})
