import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baseInWords, baseWithOutput } from '../../../domain/words/base-words.ts'
import { meaningOf } from '../../../domain/words/meaning.ts'
import { notesOf } from '../../../domain/words/notes.ts'
import { whyWaiting } from '../../../domain/words/why-waiting.ts'
import {
  baseBroken,
  baseChecked,
  completed,
  created,
  drafted,
  found,
  type InputOf,
  opened,
  requested,
  routed,
  started,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

const broken = 'the base is broken: `npm test` ended with 1'
const gateOf = (more: ReturnType<typeof baseChecked>) =>
  given(created(), routed(), started(), more, requested(), drafted(), opened()).task()
const checked = (more: Partial<InputOf<'base.checked'>>) => gateOf(baseChecked(more))

test('of a base that is green, or that nobody wanted looked at, nothing is said', () => {
  assert.equal(baseInWords(checked({})), undefined)
  assert.equal(baseInWords(checked({ outcome: 'skipped', reason: 'check_base = false' })), undefined)
  assert.equal(baseInWords({}), undefined)
})

test('one that is broken, flaky or could not be tried is told', () => {
  assert.equal(baseInWords(gateOf(baseBroken())), `${broken} (bbbbbbbb)`)
  assert.equal(baseInWords(checked({ outcome: 'unknown', class: 'timeout', reason: 'it hangs' })), 'it hangs (bbbbbbbb)')
  const findings = [found('`npm test` ended with 1', { from: 'dod' })]
  assert.equal(baseInWords(checked({ reason: 'the base is green; it is flaky', findings })), 'the base is green; it is flaky (bbbbbbbb)')
})

test('whoever decides on the plan is told of it, with the command, how it ended, and its last lines', () => {
  const task = gateOf(baseBroken())
  assert.ok(whyWaiting(task, { now: task.updatedAt, openTasks: [], config: config(), running: [] }).endsWith(`; ${broken} (bbbbbbbb)`))
  assert.deepEqual(notesOf(task), [`${broken} (bbbbbbbb)`])
  assert.equal(baseWithOutput(task), `${broken} (bbbbbbbb)\n    \`npm test\` ended with 1:\n    expected 3, got 2`)
  const problem = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
  const long = baseWithOutput(checked({ outcome: 'failed', reason: broken, findings: [found(problem, { from: 'dod' })] }))
  assert.deepEqual([long?.split('\n').length, long?.split('\n').at(1), long?.split('\n').at(-1)], [12, '    ...', '    line 39'])
})

test('a result does not speak of it any more', () => {
  assert.deepEqual(notesOf(given(created(), routed(), started(), baseBroken(), completed()).task()), [])
})

test('its fact says what was found, where, and whether it was found before', () => {
  assert.equal(meaningOf({ type: 'base.checked', data: baseBroken().data }), `${broken} (bbbbbbbb)`)
  assert.equal(
    meaningOf({ type: 'base.checked', data: baseChecked({ cached: true }).data }),
    'the base is green (bbbbbbbb, as seen before)',
  )
})
