import assert from 'node:assert/strict'
import { test } from 'node:test'
import askBrowser from '../../browser-worker/ask-browser.ts'
import { LaneParked } from '../../browser-worker/lane/lane.ts'
import { PageLost, TurnFault } from '../../browser-worker/turn/types.ts'
import { NotRetryable, StaleGuard } from '../../bus/errors.ts'
import { at, cancelled, type Facts, fact, planning, requested, storyOf, turnRefused, turnSending, turnSent } from '../support/facts.ts'
import { given } from '../support/given.ts'
import { blobOf } from '../support/memory-blobs.ts'
import { laneWith, type ScriptedLane, turnAnswer, workerServices } from '../support/worker.ts'

type Question = NonNullable<Parameters<typeof requested>[0]>
const JOB = 'job-1'
const question = (more: Question = {}) => requested({ purpose: 'chat', agent: 'chat', workspace: undefined, schema: undefined, ...more })
const asked = (more: Question = {}) => fact('browser.asked', { ...question(more).data, job: JOB, lane: 'browser' })

const [sending, refused] = [turnSending(), turnRefused()]
const takenBack = fact('reasoning.cancelled', { by: 'proxy', channel: 'gateway', reason: 'the client went away' })

/** The job of the model proxy: its own story, with the question as its last fact. */
const jobWith = (scripted: ScriptedLane, story: Facts = [], more: Question = {}) =>
  given(storyOf(JOB, question(more), story))
    .when({ ...asked(more), id: JOB }, { services: workerServices(scripted) })
    .of(askBrowser)

test('the answer of a turn is kept with what the page showed of it', async () => {
  const scripted = laneWith([turnAnswer({ notes: ['a note'] })])
  await jobWith(scripted).then('chat.answered', {
    job: JOB,
    purpose: 'chat',
    lane: 'browser',
    agent: 'chat',
    model: 'gpt-test',
    answer: blobOf('# Yes', 'text/markdown'),
    evidence: {
      html: blobOf('<h1>Yes</h1>', 'text/html'),
      dom: blobOf('<html></html>', 'text/html'),
      screenshot: { contentType: 'image/png', bytes: 3 },
    },
    conversation: 'https://chat.test/c/1',
    notes: ['a note'],
    timings: { preparedMs: 1, insertMs: 2, thinkingMs: 3, answerMs: 4 },
    usage: { inputTokens: 0, outputTokens: 0 },
  })
  assert.deepEqual([scripted.taken(), scripted.parked], [1, []])
})

test('an answer without model, address or picture says nothing of them', () => {
  const turn = turnAnswer({ model: undefined, place: { baseline: 0 }, screenshot: new Uint8Array() })
  return jobWith(laneWith([turn])).then('chat.answered', { model: undefined, conversation: undefined, evidence: { screenshot: undefined } })
})

for (const purpose of ['plan', 'review', 'answer'] as const)
  test(`the ${purpose} of a task is answered in the task’s story`, () =>
    given(planning())
      .when(asked({ purpose, agent: 'claude' }), { services: workerServices(laneWith([turnAnswer()])) })
      .of(askBrowser)
      .then(`${purpose}.answered`, { purpose, agent: 'claude', job: JOB }, { id: undefined }))

test('nobody is asked for a task that has ended', () =>
  given(planning(), cancelled())
    .when(asked({ purpose: 'plan' }), { services: workerServices(laneWith([])) })
    .of(askBrowser)
    .thenEnded())

test('a job that was cancelled before its turn is not taken to the page', async () => {
  const scripted = laneWith([])
  await jobWith(scripted, [takenBack]).then('chat.unanswered', {
    code: 'CANCELLED',
    reason: 'the client went away',
    retryable: false,
    request: { purpose: 'chat' },
  })
  assert.equal(scripted.taken(), 0)
})

test('a job that was cancelled after its send is answered all the same', () =>
  jobWith(laneWith([turnAnswer()]), [sending, takenBack]).then('chat.answered'))

test('a job whose prompt the page refused is cancelled like any unsent one', () =>
  jobWith(laneWith([]), [sending, refused, takenBack]).then('chat.unanswered', { code: 'CANCELLED' }))

test('what is held and cancelled ends without a turn', async () => {
  const held = new TurnFault('CANCELLED', 'not wanted any more', { sent: 'no' })
  const scripted = laneWith([], { ready: () => Promise.reject(held) })
  await jobWith(scripted).then('chat.unanswered', { code: 'CANCELLED', reason: 'not wanted any more', retryable: false })
})

test('a job that was never sent begins at home, one that perhaps was is looked for on the page as it stands', async () => {
  const firstGesture = async (story: Facts): Promise<string | undefined> => {
    const scripted = laneWith(['the real turn', turnAnswer()])
    const run = jobWith(scripted, story)
    await run.then('chat.answered')
    await run.thenRecords()
    return scripted.tab.done[0]
  }
  assert.equal(await firstGesture([]), 'goto')
  assert.equal(await firstGesture([sending, refused]), 'goto')
  assert.equal(await firstGesture([sending]), 'look')
  assert.equal(await firstGesture([sending, turnSent({ turnId: 't1' })]), 'look')
  assert.equal(await firstGesture([sending, refused, sending]), 'look')
})

test('the turn of a task’s question is found under its job, not in the task’s story', async () => {
  const scripted = laneWith(['the real turn', turnAnswer()])
  await given(planning(), storyOf(JOB, sending))
    .when(asked({ purpose: 'plan' }), { services: workerServices(scripted) })
    .of(askBrowser)
    .then('plan.answered')
  assert.equal(scripted.tab.done[0], 'look')
})

test('who was overtaken by another worker reads the story again instead of sending', async () => {
  const scripted = laneWith([new StaleGuard('somebody wrote first'), new StaleGuard('and again'), turnAnswer()])
  const run = jobWith(scripted)
  await run.then('chat.answered')
  await run.thenRecords()
  assert.deepEqual([scripted.taken(), scripted.parked], [3, []])
})

test('a tab that goes away in the middle of a turn costs nothing but another look', async () => {
  const scripted = laneWith([new PageLost('the tab crashed'), turnAnswer()])
  await jobWith(scripted).then('chat.answered')
  assert.deepEqual(scripted.parked, [])
})

test('a lane that cannot go on is parked, and the job keeps its place until it can', async () => {
  const lane = { state: 'auth_required', reason: 'nobody is signed in' } as const
  const scripted = laneWith([new TurnFault('LANE_UNAVAILABLE', 'nobody is signed in', { sent: 'no', lane }), turnAnswer()])
  await jobWith(scripted).then('chat.answered')
  assert.deepEqual([scripted.parked, scripted.taken()], [[lane], 2])
})

test('a lane that stays away longer than a job is held leaves it unanswered, with all that helps to ask again', async () => {
  const until = new Date('2026-01-01T12:00:00.000Z')
  const view = { state: 'rate_limited', reason: 'too many requests', until, since: until } as const
  const run = jobWith(laneWith([], { ready: () => Promise.reject(new LaneParked(view)) }), [], { model: 'gpt-other', joinKey: 'k1' })
  await run.then('chat.unanswered', {
    job: JOB,
    lane: 'browser',
    code: 'LANE_UNAVAILABLE',
    reason: 'the browser lane is rate limited: too many requests',
    retryable: true,
    until: until.toISOString(),
    laneState: 'rate_limited',
    request: { purpose: 'chat', prompt: blobOf('plan this'), model: 'gpt-other', joinKey: 'k1', timeoutMs: 300_000 },
  })
})

test('of a sent job that could not be looked for nobody knows the outcome', () => {
  const view = { state: 'auth_required', reason: 'signed out', since: new Date() } as const
  return jobWith(laneWith([], { ready: () => Promise.reject(new LaneParked(view)) }), [sending]).then('chat.unanswered', {
    code: 'OUTCOME_UNKNOWN',
    retryable: false,
    laneState: 'auth_required',
  })
})

test('a job waits for so long after it was asked, or after the lane was parked, whichever is later', async () => {
  const holds = async (...story: Facts): Promise<string[]> => {
    const scripted = laneWith([turnAnswer()])
    await given(story, storyOf(JOB, question()))
      .when(at('2026-01-01T10:00:10.000Z', { ...asked(), id: JOB }), {
        services: workerServices(scripted, { holdMs: 60_000 }),
        now: '2026-01-01T10:00:30.000Z',
      })
      .of(askBrowser)
      .then('chat.answered')
    return scripted.holds.map((until) => until.toISOString())
  }
  const lane = (state: 'ready' | 'auth_required', time: string) => ({
    ...at(time, fact('lane.changed', { lane: 'browser', state, reason: 'x', site: 'chatgpt' })),
    id: 'lane-browser',
  })
  assert.deepEqual(await holds(), ['2026-01-01T10:01:30.000Z'])
  assert.deepEqual(await holds(lane('ready', '2026-01-01T09:00:00.000Z')), ['2026-01-01T10:01:30.000Z'])
  assert.deepEqual(await holds(lane('auth_required', '2026-01-01T09:00:00.000Z')), ['2026-01-01T10:01:10.000Z'])
  assert.deepEqual(await holds(lane('auth_required', '2026-01-01T10:00:20.000Z')), ['2026-01-01T10:01:20.000Z'])
})

test('a fault of the turn itself ends the job in its own words, with a diagnosis of the page', async () => {
  const fault = new TurnFault('MODEL_UNAVAILABLE', 'gpt-9 is not offered', { sent: 'no' })
  const report = { site: { ready: true } }
  const scripted = laneWith([fault], { glance: (async () => ({ report, screenshot: new Uint8Array([9]) })) as never })
  const run = jobWith(scripted)
  await run.then('chat.unanswered', {
    code: 'MODEL_UNAVAILABLE',
    reason: 'gpt-9 is not offered',
    retryable: false,
    evidence: {
      diagnosis: blobOf(JSON.stringify({ fault: 'gpt-9 is not offered', ...report }, null, 2), 'application/json'),
      screenshot: { bytes: 1 },
    },
  })
  assert.deepEqual(scripted.parked, [])
})

test('a page that cannot be seen leaves the fault without a diagnosis, and nothing else', async () => {
  const fault = new TurnFault('ANSWER_EMPTY', 'nothing was answered', { sent: 'yes' })
  const run = jobWith(laneWith([fault], { glance: () => Promise.reject(new Error('too slow')) }))
  await run.then('chat.unanswered', { code: 'ANSWER_EMPTY', evidence: undefined })
})

test('an answer that failed because of the lane parks it, and says until when', async () => {
  const until = new Date('2026-01-01T12:00:00.000Z')
  const lane = { state: 'rate_limited', reason: 'slow down', until } as const
  const scripted = laneWith([new TurnFault('ANSWER_FAILED', 'the page says so', { sent: 'yes', retryable: true, lane })])
  await jobWith(scripted, [sending]).then('chat.unanswered', {
    code: 'ANSWER_FAILED',
    retryable: true,
    until: until.toISOString(),
    laneState: 'rate_limited',
  })
  assert.deepEqual(scripted.parked, [lane])
})

test('a question of which a part is not stored any more does not hold up the others', () => {
  const gone = { ...blobOf('x'), key: `sha256/${'0'.repeat(64)}` }
  return jobWith(laneWith([]), [], { prompt: gone }).thenThrows(NotRetryable)
})

test('a stop ends the waiting without a word about the job', async () => {
  const stopping = new AbortController()
  const ready = async (): Promise<never> => {
    stopping.abort(new Error('the process stops'))
    throw new Error('whatever broke off')
  }
  await given(storyOf(JOB, question()))
    .when({ ...asked(), id: JOB }, { services: workerServices(laneWith([], { ready })), signal: stopping.signal })
    .of(askBrowser)
    .thenThrows(/the process stops/)
})
