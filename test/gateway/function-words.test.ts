import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainly } from '../../bus/next-steps.ts'
import { tellFunction } from '../../gateway/function-words.ts'

type Look = Parameters<typeof tellFunction>[0]

const since = '2026-01-01T12:00:00.000Z'
const until = '2026-01-01T13:00:00.000Z'
const look = (more: Partial<Look> = {}): Look => ({
  name: 'write-code',
  stream: 'EVENTS',
  filters: ['attempt.started.*'],
  pending: 0,
  inFlight: 0,
  redelivered: 0,
  concurrency: 2,
  pulls: 2,
  delivered: 7,
  answered: 7,
  left: false,
  ...more,
})
const flight = { fn: 'write-code', story: 'task-1', since, attempt: 1 }

/** Every state of a queue with the sentence a person gets. */
const sentences: readonly [string, Partial<Look>, string][] = [
  ['an idle function waits for work', {}, 'waits for work'],
  ['one at work says on how many', { inFlight: 2, redelivered: 1 }, 'works on 2, 1 of them not for the first time'],
  ['a full one says how many stand behind', { inFlight: 2, pending: 5 }, 'works on 2, as many as it may at once; 5 wait behind'],
  [
    'one that nobody works for looks alive and is not: that is said',
    { pulls: 0, pending: 3, inFlight: 1 },
    'nobody takes its messages: the process it belongs to does not run; 4 wait',
  ],
  [
    'a pause that nobody is known for says when it ends',
    { pausedUntil: until },
    `paused until ${until}; who wanted it is not known yet: cortex resume write-code`,
  ],
  [
    'a pause names who wanted it, and why',
    { pausedUntil: until, pause: { fn: 'write-code', by: 'ada', channel: 'cli', reason: 'a bad deploy', since, until } },
    `write-code is paused by ada since ${since} (a bad deploy): cortex resume write-code`,
  ],
]
for (const [name, more, sentence] of sentences) test(name, () => assert.equal(plainly(tellFunction(look(more), []).why), sentence))

test('of what runs in this process only the function’s own is told, and why it is held', () => {
  const told = tellFunction(look({ inFlight: 1 }), [
    { ...flight, held: 'the bus is away' },
    { ...flight, fn: 'judge-review' },
  ])
  assert.deepEqual(told.running, [{ task: 'task-1', since, attempt: 1, held: 'the bus is away' }])
  assert.equal(told.why, 'held: the bus is away')
})

test('that nobody works for a function is told to programs, too, and not of one that is paused', () => {
  assert.equal(tellFunction(look({ pulls: 0 }), []).unserved, true)
  for (const more of [{}, { pulls: 0, inFlight: 2 }, { pulls: 0, pausedUntil: until }])
    assert.ok(!Object.hasOwn(tellFunction(look(more), []), 'unserved'), JSON.stringify(more))
  assert.equal(tellFunction(look({ pulls: 0 }), []).why, 'nobody takes its messages: the process it belongs to does not run')
})
