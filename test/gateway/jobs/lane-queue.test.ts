import assert from 'node:assert/strict'
import { test } from 'node:test'
import { laneQueue } from '../../../gateway/jobs/lane-queue.ts'
import {
  answered,
  cancelled,
  completed,
  type Facts,
  fact,
  requested,
  storyOf,
  turnRefused,
  turnSending,
  unanswered,
} from '../../support/facts.ts'
import { factsOf } from '../../support/stories.ts'

const chat = requested({ purpose: 'chat', agent: 'chat' }).data
const asked = (owner: string, job = owner): Facts => storyOf(owner, fact('browser.asked', { ...chat, job, lane: 'browser' }))
const of = (job: string) => ({ job })
const said = (owner: string, one: ReturnType<typeof answered> | ReturnType<typeof unanswered>, job = owner): Facts =>
  storyOf(owner, { ...one, data: { ...one.data, ...of(job) } })
const sending = (job: string): Facts => storyOf(job, turnSending())
const refused = (job: string): Facts => storyOf(job, turnRefused())

/** The queue after these facts, as `owner/job`, with `*` for one that is begun. */
const after = (...facts: Facts): string[] => {
  const queue = laneQueue()
  for (const one of factsOf(facts)) queue.take(one, /^task\.(completed|failed|escalated|cancelled)$/.test(one.type))
  return queue.entries().map(({ owner, job, begun }) => `${owner}/${job}${begun ? '*' : ''}`)
}

test('questions wait in the order in which the lane was asked', () =>
  assert.deepEqual(after(asked('job-b'), asked('task-1', 'job-x'), asked('job-a')), ['job-b/job-b', 'task-1/job-x', 'job-a/job-a']))

test('an outcome ends the waiting, whatever it is and wherever it stands', () =>
  assert.deepEqual(
    after(
      asked('job-a'),
      asked('task-1', 'job-x'),
      asked('job-c'),
      said('job-a', answered('chat', '42')),
      said('task-1', unanswered('plan'), 'job-x'),
    ),
    ['job-c/job-c'],
  ))

test('the outcome of one question of a task is not that of another', () =>
  assert.deepEqual(after(asked('task-1', 'job-x'), asked('task-1', 'job-y'), said('task-1', answered('plan', '{}'), 'job-x')), [
    'task-1/job-y',
  ]))

test('a task that ends takes its questions along, and nobody else’s', () => {
  for (const end of [completed(), cancelled()])
    assert.deepEqual(after(asked('task-1', 'job-x'), asked('task-2', 'job-y'), storyOf('task-1', end)), ['task-2/job-y'])
})

test('so does a function that gave the question up', () => {
  const gaveUp = fact('function.failed', {
    function: 'ask-browser',
    cause: 'c',
    causeType: 'browser.asked',
    reason: 'gone',
    attempts: 1,
    needsHuman: false,
  })
  assert.deepEqual(after(asked('job-a'), asked('job-b'), storyOf('job-a', gaveUp)), ['job-b/job-b'])
})

test('a question is begun from its send on, unless the page refused it', () => {
  assert.deepEqual(after(asked('task-1', 'job-x'), asked('job-b'), sending('job-x')), ['task-1/job-x*', 'job-b/job-b'])
  assert.deepEqual(after(asked('job-b'), sending('job-b'), refused('job-b')), ['job-b/job-b'])
  assert.deepEqual(after(sending('job-b')), [])
})

test('a queue that is cleared knows nobody', () => {
  const queue = laneQueue()
  for (const one of factsOf(asked('job-a'))) queue.take(one, false)
  queue.clear()
  assert.deepEqual(queue.entries(), [])
})
