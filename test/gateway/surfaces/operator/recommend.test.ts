import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainly } from '../../../../bus/next-steps.ts'
import { recommend, type Seen } from '../../../../gateway/surfaces/operator/recommend.ts'

const now = new Date('2026-01-01T12:00:00.000Z')
const ago = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString()
const quiet = {
  name: 'write-code',
  pending: 0,
  in_flight: 0,
  redelivered: 0,
  concurrency: 2,
  running: [],
  why: 'waits for work',
}
const letter = {
  number: 7,
  function: 'write-code',
  id: 'task-1',
  subject: 'attempt.started.task-1',
  at: ago(30),
  reason: 'no space left',
  attempts: 3,
  needsHuman: false,
  redrives: 0,
}
const seen = (more: Partial<Seen> = {}): Seen => ({
  functions: [quiet],
  system: { open: {} },
  workload: { dispatches: [], running: [], tasks: [], agents: [], events: [] },
  deadLetters: [],
  since: new Date(ago(60)),
  now,
  ...more,
})
const told = (more: Partial<Seen>): string[] =>
  recommend(seen(more)).map(({ type, subject, severity }) => `${severity} ${type} ${subject}`.trim())
const agent = (calls: number, failed: number) => ({
  workload: { ...seen().workload, agents: [{ agent: 'claude', calls, failed, lastReason: 'rate limited' }] },
})

test('where all is well nothing is recommended', () => assert.deepEqual(recommend(seen()), []))

test('a function that nobody works for is critical as soon as something waits for it', () => {
  const unserved = { ...quiet, unserved: true, why: 'in whatever words' } as const
  assert.deepEqual(told({ functions: [{ ...unserved, pending: 1 }] }), ['critical function write-code'])
  assert.deepEqual(told({ functions: [unserved] }), [])
})

test('a pause is recalled, the more when something waits', () => {
  const paused = { ...quiet, paused_until: ago(-60), why: 'write-code is paused by ada since yesterday: cortex resume write-code' }
  assert.deepEqual(told({ functions: [paused] }), ['info function write-code'])
  assert.deepEqual(told({ functions: [{ ...paused, pending: 2 }] }), ['warning function write-code'])
})

test('what was delivered again, and what waits for a quarter of an hour, is worth a look', () => {
  assert.deepEqual(told({ functions: [{ ...quiet, in_flight: 1, redelivered: 1 }] }), ['warning function write-code'])
  assert.deepEqual(told({ functions: [{ ...quiet, pending: 1, oldest_at: ago(14) }] }), [])
  assert.deepEqual(told({ functions: [{ ...quiet, pending: 1, oldest_at: ago(16) }] }), ['warning function write-code'])
})

test('dead letters of the time asked for are counted by function, with what to do', () => {
  const [one] = recommend(seen({ deadLetters: [letter, { ...letter, number: 6 }, { ...letter, number: 2, at: ago(90) }] }))
  assert.match(plainly(one?.recommendation ?? ''), /gave up on 2 messages, at last because no space left.*cortex dead redrive 7$/)
})

test('an agent that fails often is named, one that failed once in a few calls is not', () => {
  assert.deepEqual(told(agent(2, 2)), [])
  assert.deepEqual(told(agent(10, 2)), [])
  assert.deepEqual(told(agent(10, 3)), ['warning agent claude'])
  assert.deepEqual(told(agent(3, 3)), ['critical agent claude'])
})

test('a held lane, escalated tasks and waiting plans are told, the worst first', () => {
  const lane = { state: 'auth_required' as const, reason: 'signed out', waiting: 2 }
  const workload = { ...seen().workload, events: [{ type: 'task.escalated', events: 2 }] }
  const all = recommend(seen({ system: { open: { gate: 1 }, lane }, workload }))
  assert.deepEqual(
    all.map(({ type, severity }) => [type, severity]),
    [
      ['lane', 'critical'],
      ['task', 'warning'],
      ['task', 'info'],
    ],
  )
  assert.match(plainly(all[0]?.recommendation ?? ''), /cortex login; 2 wait$/)
})
