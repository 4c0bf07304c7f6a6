import { test } from 'node:test'
import { threadStory } from '../../../functions/threads/chat-origin.ts'
import followTasks from '../../../functions/threads/follow-tasks.ts'
import { created, drafted, escalated, fact, opened, planning, routed, started, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

const origin = { platform: 'slack', thread: 'slack:C1:1.0', message: '1.0', person: 'U1', tasks: ['task-1', 'task-2'] }
const asked = (channel = 'chat') => created({ metadata: { chat: origin }, by: 'slack:U1 (ada)', channel })
const on = (chat: Record<string, unknown> = { slack: {} }) => ({ services: { config: config({ gateway: { chat } }) } })
const place = { platform: 'slack', thread: 'slack:C1:1.0', tasks: ['task-1', 'task-2'] }

test('a task from a chat lets its thread be brought up to date, all tasks of the message at once', () =>
  given()
    .when(asked(), { ...on(), now: '2026-01-01T10:00:00.250Z' })
    .of(followTasks)
    .then('thread.due', place, { id: threadStory(origin), at: '2026-01-01T10:00:01.000Z' }))

test('every further step does so too, an end included', async () => {
  await given(asked(), routed()).when(started(), on()).of(followTasks).then('thread.due', place)
  await given(asked(), routed(), started()).when(escalated(), on()).of(followTasks).then('thread.due', place)
})

test('metadata that somebody else wrote moves no thread', async () => {
  for (const channel of ['nats', 'gateway', 'webhook', 'cli']) await given().when(asked(channel), on()).of(followTasks).thenNothing()
})

test('a platform that is off is left alone', () => given().when(asked(), on({})).of(followTasks).thenNothing())

const notify = { slack: { notify: 'C9:' } }
const elsewhere = { platform: 'slack', thread: 'slack:C9:', message: 'task-1' }

test('a task from elsewhere is told of in the room for this when it needs a person', async () => {
  const due = { platform: 'slack', thread: 'slack:C9:', tasks: ['task-1'] }
  await given(planning(), drafted())
    .when(opened(), on(notify))
    .of(followTasks)
    .then('thread.due', due, { id: threadStory(elsewhere) })
  await given(planning()).when(escalated(), on(notify)).of(followTasks).then('thread.due', due)
})

test('before that, and where no room is named, nobody is told of it', async () => {
  await given(created()).when(routed(), on(notify)).of(followTasks).thenNothing()
  await given(planning(), drafted()).when(opened(), on()).of(followTasks).thenNothing()
  await given(created(), routed({ gate: 'automatic' }), drafted())
    .when(opened(), on(notify))
    .of(followTasks)
    .thenNothing()
})

test('once it was told of, the rest is told too', () =>
  given(
    storyOf(threadStory(elsewhere), fact('thread.due', { platform: 'slack', thread: 'slack:C9:', tasks: ['task-1'] })),
    planning(),
    drafted(),
    opened(),
  )
    .when(fact('plan.approved', { planHash: 'a'.repeat(64), by: 'ada', channel: 'cli' }), on(notify))
    .of(followTasks)
    .then('thread.due', { tasks: ['task-1'] }))
