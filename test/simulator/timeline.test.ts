import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ScriptInput, scriptSchema } from '../../simulator/script.ts'
import { type Course, viewOf } from '../../simulator/timeline.ts'

const START = 1_000_000
/** Commits at 100, thinks to 1100, streams 100 characters in steps of 10 to 2100. */
const steady: ScriptInput = { commitMs: 100, thinking: { ms: 1_000 }, streaming: { charactersPerSecond: 100, chunkMs: 100 } }
const course = (script: ScriptInput = {}, rest: Partial<Course> = {}): Course => ({
  script: scriptSchema.parse({ ...steady, ...script }),
  startedAt: START,
  answer: 'x'.repeat(100),
  answeredAt: START,
  ...rest,
})
const at = (ms: number, script?: ScriptInput, rest?: Partial<Course>) => viewOf(course(script, rest), START + ms)

test('a turn is sent, thinks, streams and is finished, each by the time alone', () => {
  assert.equal(at(99).phase, 'sending')
  assert.equal(at(100).phase, 'thinking')
  assert.equal(at(1_099).phase, 'thinking')
  assert.equal(at(1_100).phase, 'streaming')
  assert.equal(at(2_099).phase, 'streaming')
  assert.equal(at(2_100).phase, 'finished')
})

test('the part of the thinking runs from 0 to below 1', () => {
  assert.deepEqual(
    [100, 600, 1_099].map((ms) => at(ms).thinkingPart),
    [0, 0.5, 0.999],
  )
})

test('text comes in steps and never shrinks', () => {
  const lengths = [1_100, 1_199, 1_200, 1_650, 2_099, 2_100].map((ms) => at(ms).text.length)
  assert.deepEqual(lengths, [0, 0, 10, 50, 90, 100])
})

test('a thought that is over tells its seconds, and one that never was tells none', () => {
  assert.equal(at(1_500, { thinking: { ms: 2_600 } }).thoughtSeconds, undefined)
  assert.equal(at(2_700, { thinking: { ms: 2_600 } }).thoughtSeconds, 3)
  assert.equal(at(200, { thinking: { ms: 0 } }).thoughtSeconds, undefined)
  assert.equal(at(200, { thinking: { ms: 0 } }).phase, 'streaming')
})

test('the action bar comes with the end, late, or not at all', () => {
  assert.equal(at(2_100).actionBar, true)
  assert.deepEqual(
    [2_100, 2_599, 2_600].map((ms) => at(ms, { actionBar: { lateMs: 500 } })).map(({ actionBar, settled }) => [actionBar, settled]),
    [
      [false, false],
      [false, false],
      [true, true],
    ],
  )
  const missing = at(9_999, { actionBar: { missing: true } })
  assert.deepEqual([missing.phase, missing.actionBar, missing.settled], ['finished', false, true])
})

test('commentary is spread over the thinking and stays', () => {
  const counts = [100, 499, 500, 800, 9_999].map((ms) => at(ms, { thinking: { ms: 1_200 }, commentary: ['a', 'b'] }).commentaries)
  assert.deepEqual(counts, [0, 0, 1, 1, 2])
})

test('an answer that is still being written keeps the turn thinking past its time', () => {
  const waiting = { answer: undefined, answeredAt: undefined }
  assert.equal(at(5_000, {}, waiting).phase, 'thinking')
  assert.ok(at(5_000, {}, waiting).thinkingPart < 1)
  assert.equal(at(5_000, {}, { answeredAt: START + 4_900 }).text.length, 10)
})

test('"Answer now" ends the thinking, and has no power over one that is over', () => {
  assert.equal(at(400, {}, { hurriedAt: START + 300 }).phase, 'streaming')
  assert.deepEqual(at(2_000, {}, { hurriedAt: START + 1_900 }), at(2_000))
})

test('a stopped turn stays as it was, with its action bar', () => {
  const stopped = at(9_999, {}, { stoppedAt: START + 1_600 })
  assert.deepEqual([stopped.phase, stopped.text.length, stopped.actionBar, stopped.settled], ['finished', 50, true, true])
  assert.equal(at(9_999, {}, { stoppedAt: START + 500 }).text, '')
})

test('an error comes instead of the first word, or in the middle', () => {
  assert.deepEqual([at(1_100, { error: {} }).phase, at(1_100, { error: {} }).text], ['failed', ''])
  const middle = at(1_600, { error: { at: 'middle' } })
  assert.deepEqual([middle.phase, middle.text.length, middle.actionBar], ['failed', 50, false])
})

test('a turn that was refused after its commit never gets an answer', () => {
  assert.equal(at(9_999, { rateDialog: { when: 'after-commit' } }).phase, 'refused')
})

test('a stuck turn thinks for ever, until it is stopped', () => {
  const late = at(86_400_000, { stuck: true })
  assert.deepEqual([late.phase, late.settled], ['thinking', false])
  assert.notEqual(at(86_400_300, { stuck: true }).thinkingPart, late.thinkingPart)
  assert.equal(at(86_400_000, { stuck: true }, { stoppedAt: START + 5_000 }).phase, 'finished')
})
