import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobStory } from '../../../gateway/jobs/job-view.ts'
import { answered, type Facts, fact, requested, storyOf, turnRefused, turnSending, turnSent, unanswered } from '../../support/facts.ts'
import { factsOf } from '../../support/stories.ts'

const JOB = 'job-1'
const question = requested({ purpose: 'chat', agent: 'chat', workspace: undefined, schema: undefined })
const asked = fact('browser.asked', { ...question.data, job: JOB, lane: 'browser' })
const [sending, refused, sent] = [turnSending(), turnRefused(), turnSent()]
const cancelled = fact('reasoning.cancelled', { by: 'ada', channel: 'gateway', reason: 'too slow' })
const gaveUp = fact('function.failed', {
  function: 'ask-browser',
  cause: 'c',
  causeType: 'browser.asked',
  reason: 'the prompt is gone',
  attempts: 1,
  needsHuman: false,
})
const storyAfter = (...facts: Facts) => jobStory(JOB, factsOf(storyOf(JOB, facts)))
const viewAfter = (...facts: Facts) => {
  const story = storyAfter(...facts)
  assert.ok(story)
  return story.view
}
const time = (seconds: number): string => new Date(Date.parse('2026-01-01T10:00:00.000Z') + seconds * 1000).toISOString()

/** What has happened, the state it makes, and the times a client sees: queued, started, sent, completed. */
const states: Record<string, [story: Facts, state: string, times: (string | undefined)[]]> = {
  'a job waits from its request on': [[question], 'queued', [time(0), undefined, undefined, undefined]],
  'in the lane it still waits': [[question, asked], 'queued', [time(0), undefined, undefined, undefined]],
  'it runs from its send on': [[question, asked, sending], 'running', [time(0), time(2), undefined, undefined]],
  'it is sent when it is proven': [[question, asked, sending, sent], 'running', [time(0), time(2), time(3), undefined]],
  'the answer completes it': [[question, asked, sending, sent, answered('chat', '42')], 'completed', [time(0), time(2), time(3), time(4)]],
  'a refused prompt waits again': [[question, asked, sending, refused], 'queued', [time(0), time(2), undefined, undefined]],
  'silence ends it': [[question, asked, unanswered('chat')], 'failed', [time(0), undefined, undefined, time(2)]],
  'a function that gave up ends it': [[question, asked, gaveUp], 'failed', [time(0), undefined, undefined, time(2)]],
  'cancelled before the send it is over at once': [[question, asked, cancelled], 'cancelled', [time(0), undefined, undefined, time(2)]],
  'what the lane says of it later changes nothing but the words': [
    [question, asked, cancelled, unanswered('chat', { code: 'CANCELLED', reason: 'too slow', retryable: false })],
    'cancelled',
    [time(0), undefined, undefined, time(3)],
  ],
  'cancelled after the send it goes on': [[question, asked, sending, cancelled], 'running', [time(0), time(2), undefined, undefined]],
  'and its answer is kept': [
    [question, asked, sending, cancelled, answered('chat', '42')],
    'completed',
    [time(0), time(2), undefined, time(4)],
  ],
}
for (const [rule, [story, state, times]] of Object.entries(states))
  test(rule, () => {
    const { queuedAt, startedAt, sentAt, completedAt, ...view } = viewAfter(...story)
    assert.deepEqual([view.state, [queuedAt, startedAt, sentAt, completedAt]], [state, times])
  })

test('attempts count how often it was begun', () => {
  assert.equal(viewAfter(question, asked).attempts, undefined)
  assert.equal(viewAfter(question, asked, sending, refused, sending).attempts, 2)
})

test('the request says what was asked for; without a name the lane chooses the model', () => {
  assert.deepEqual(viewAfter(question).request, { model: 'cortex', priority: 'interactive', aggressive: false })
  const page = { confidenceBefore: 0.4 }
  assert.deepEqual(viewAfter(fact('reasoning.requested', { ...question.data, model: 'gpt-b', importance: 'batch', page })).request, {
    model: 'gpt-b',
    priority: 'batch',
    aggressive: true,
    confidenceBefore: 0.4,
  })
})

test('who has seen no request knows the job by the question to the lane', () => {
  assert.deepEqual([viewAfter(asked, sending).state, viewAfter(asked).queuedAt], ['running', time(0)])
  assert.equal(storyAfter(sending, answered('chat', '42')), undefined)
})

test('an error has the lane’s code and reason, and all that helps to try again', () => {
  const until = '2026-01-01T12:00:00.000Z'
  const silence = unanswered('chat', { code: 'LANE_UNAVAILABLE', reason: 'slow', until, laneState: 'rate_limited' })
  assert.deepEqual(viewAfter(question, silence).error, {
    code: 'LANE_UNAVAILABLE',
    reason: 'slow',
    retryable: true,
    until,
    lane: 'rate_limited',
  })
  assert.deepEqual(viewAfter(question, gaveUp).error, { code: 'INTERNAL_ERROR', reason: 'the prompt is gone', retryable: false })
  assert.deepEqual(viewAfter(question, cancelled).error, { code: 'CANCELLED', reason: 'too slow', retryable: false })
  for (const story of [[question], [question, answered('chat', '42')]]) assert.equal('error' in viewAfter(...story), false)
})

test('the answer’s data come along, its text is elsewhere', () =>
  assert.equal(storyAfter(question, answered('chat', '42'))?.answered?.answer.contentType, 'text/plain'))
