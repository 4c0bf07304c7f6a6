import assert from 'node:assert/strict'
import { test } from 'node:test'
import admit from '../../../functions/intake/admit.ts'
import { judgeJobRequest } from '../../../functions/intake/job-requests.ts'
import { answered, created, type Facts, fact, requested, storyOf, unanswered } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { factsOf } from '../../support/stories.ts'

const JOB = 'job-1'
const own = { open: false }
const who = { by: 'proxy', channel: 'gateway' }
const question = { id: JOB, purpose: 'chat', agent: 'chat', prompt: blobOf('hello'), timeoutMs: 60_000, ...who }
const cancelling = { id: JOB, reason: 'the client went away', ...who }
const keeping = { id: JOB, ...who }
const report = { id: 'lane-browser', lane: 'browser', state: 'ready', reason: 'signed in', site: 'chatgpt', ...who }

const chat = requested({ purpose: 'chat', agent: 'chat', workspace: undefined, schema: undefined })
const takenBack = fact('reasoning.cancelled', { by: 'proxy', channel: 'gateway', reason: '' })
const job = (...facts: Facts): Facts => storyOf(JOB, chat, facts)

test('a job becomes a fact of its own story, only if there is none of that id', () =>
  given()
    .whenAsked('reasoning.requested', question, own)
    .of(admit)
    .then(
      'reasoning.requested',
      { purpose: 'chat', agent: 'chat', prompt: blobOf('hello'), timeoutMs: 60_000, images: [], avoid: [] },
      { id: JOB, guard: { filter: '*.*.job-1', sequence: 0 } },
    ))

test('the same job again changes nothing', () =>
  given(job())
    .whenAsked('reasoning.requested', question, { ...own, conflicts: 1 })
    .of(admit)
    .then('request.repeated', { task: JOB }, { id: 'door-7' }))

test('a job is taken back with its reason and who said so, guarded by all that was read', () =>
  given(created(), job())
    .whenAsked('reasoning.cancelled', cancelling, own)
    .of(admit)
    .then(
      'reasoning.cancelled',
      { by: 'proxy', channel: 'gateway', reason: 'the client went away' },
      { id: JOB, guard: { filter: '*.*.job-1', sequence: 2 } },
    ))

test('taking it back again changes nothing', () =>
  given(job(takenBack)).whenAsked('reasoning.cancelled', cancelling, own).of(admit).then('request.repeated', { task: JOB }))

test('what was answered, or will not be, is not taken back', async () => {
  for (const end of [answered('chat', '42'), unanswered('chat')])
    await given(job(end)).whenAsked('reasoning.cancelled', cancelling, own).of(admit).thenRefused('job-1 has ended already')
})

test('a job that there is not is not taken back, nor kept', async () => {
  await given().whenAsked('reasoning.cancelled', cancelling, own).of(admit).thenRefused('there is no job job-1')
  await given().whenAsked('reasoning.kept', keeping, own).of(admit).thenRefused('there is no job job-1')
})

test('a job is kept once, and not when it is over', async () => {
  await given(job()).whenAsked('reasoning.kept', keeping, own).of(admit).then('reasoning.kept', { by: 'proxy', channel: 'gateway' })
  await given(job(fact('reasoning.kept', { by: 'proxy', channel: 'gateway' })))
    .whenAsked('reasoning.kept', keeping, own)
    .of(admit)
    .then('request.repeated', { task: JOB })
  await given(job(takenBack)).whenAsked('reasoning.kept', keeping, own).of(admit).thenRefused('job-1 has ended already')
})

test('who left his line cancels nothing that somebody else keeps; who asks for it by its id may', async () => {
  const kept = job(fact('reasoning.kept', { by: 'proxy', channel: 'gateway' }))
  await given(kept)
    .whenAsked('reasoning.cancelled', { ...cancelling, unlessKept: true }, own)
    .of(admit)
    .thenRefused('job-1 is kept for somebody who asks for it by its id')
  await given(kept).whenAsked('reasoning.cancelled', cancelling, own).of(admit).then('reasoning.cancelled', { by: 'proxy' })
  await given(job())
    .whenAsked('reasoning.cancelled', { ...cancelling, unlessKept: true }, own)
    .of(admit)
    .then('reasoning.cancelled', { by: 'proxy' })
})

test('a lane’s state becomes a fact of the lane, as often as it changes', () =>
  given(storyOf('lane-browser', fact('lane.changed', { lane: 'browser', state: 'ready', reason: 'signed in', site: 'chatgpt' })))
    .whenAsked('lane.changed', report, own)
    .of(admit)
    .then('lane.changed', { lane: 'browser', state: 'ready', site: 'chatgpt' }, { id: 'lane-browser', guard: undefined }))

test('none of it can be asked for over an open subject', async () => {
  const asked = { 'reasoning.requested': question, 'reasoning.cancelled': cancelling, 'reasoning.kept': keeping, 'lane.changed': report }
  for (const [type, body] of Object.entries(asked))
    await given(job()).whenAsked(type, body).of(admit).thenRefused(`nothing can be asked for by "${type}"`)
})

const refusals: Record<string, [type: string, body: object, fault: RegExp]> = {
  'a job under the id of a task': ['reasoning.requested', { ...question, id: 'task-1' }, /begins with "job-"/],
  'a job for another purpose than a chat': ['reasoning.requested', { ...question, purpose: 'plan' }, /^purpose: /],
  'a job with a key that nobody knows': ['reasoning.requested', { ...question, modell: 'x' }, /modell/],
  'taking back a task’s questions': ['reasoning.cancelled', { ...cancelling, id: 'task-1' }, /begins with "job-"/],
  'a state that no lane has': ['lane.changed', { ...report, state: 'asleep' }, /^state: /],
}
for (const [what, [type, body, fault]] of Object.entries(refusals))
  test(`${what} is refused`, () => given().whenAsked(type, body, own).of(admit).thenRefused(fault))

test('whatever came before, a lane may report', () => {
  const ruling = judgeJobRequest({ type: 'lane.changed', id: 'lane-browser' }, factsOf(job(takenBack)))
  assert.deepEqual(ruling, { kind: 'accept' })
})

const pausing = { id: 'write-code', reason: 'a bad deploy', until: '2026-01-01T12:00:00.000Z', ...who }
const paused = fact('function.paused', { by: 'ada', channel: 'cli', reason: '', until: pausing.until })

test('a pause becomes a fact of the function, as often as it is asked for, with who wanted it', () =>
  given(storyOf('write-code', paused))
    .whenAsked('function.paused', pausing, own)
    .of(admit)
    .then('function.paused', { by: 'proxy', channel: 'gateway', reason: 'a bad deploy', until: pausing.until }, { id: 'write-code' }))

test('a paused function is resumed once', async () => {
  const resuming = { id: 'write-code', reason: '', ...who }
  await given(storyOf('write-code', paused))
    .whenAsked('function.resumed', resuming, own)
    .of(admit)
    .then('function.resumed', { by: 'proxy', channel: 'gateway', reason: '' })
  const resumed = fact('function.resumed', { by: 'ada', channel: 'cli', reason: '' })
  await given(storyOf('write-code', paused, resumed))
    .whenAsked('function.resumed', resuming, own)
    .of(admit)
    .then('request.repeated', { task: 'write-code' })
})

test('nobody pauses a function over the open door', () =>
  given().whenAsked('function.paused', pausing).of(admit).thenRefused('nothing can be asked for by "function.paused"'))

test('a lesson is pinned and forgotten by whoever may operate, once until the other is said', async () => {
  const id = 'lesson-00000000000000aa'
  const asked = { id, reason: 'it is right', by: 'ada', channel: 'cli' }
  const pinned = fact('lesson.pinned', { by: 'ada', channel: 'cli', reason: '' })
  await given().whenAsked('lesson.pinned', asked, own).of(admit).then('lesson.pinned', { by: 'ada', reason: 'it is right' }, { id })
  await given(storyOf(id, pinned)).whenAsked('lesson.pinned', asked, own).of(admit).then('request.repeated', { task: id })
  await given(storyOf(id, pinned)).whenAsked('lesson.forgotten', asked, own).of(admit).then('lesson.forgotten', {}, { id })
  await given()
    .whenAsked('lesson.pinned', { ...asked, id: 'task-1' }, own)
    .of(admit)
    .thenRefused(/the id of a lesson is "lesson-"/)
})
