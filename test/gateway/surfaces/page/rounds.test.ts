import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roundsOf } from '../../../../gateway/surfaces/page/rounds.ts'
import {
  attempt,
  codeFailed,
  dodFailed,
  fact,
  found,
  passed,
  recheck,
  rejected,
  reviewing,
  round,
  scanned,
  unavailable,
  written,
} from '../../../support/facts.ts'
import { blobOf } from '../../../support/memory-blobs.ts'
import { factsOf } from '../../../support/stories.ts'

const check = { command: 'npm test', exitCode: 0, output: blobOf('ok'), durationMs: 12 }

test('every round has its code, its reviews, its scan and its checks', () => {
  const facts = factsOf([
    reviewing(),
    unavailable('birch'),
    passed(),
    scanned(),
    fact('dod.passed', { attempt: attempt(), checks: [check] }),
  ])
  const [only, ...more] = roundsOf(facts)
  assert.equal(more.length, 0)
  assert.equal(only?.code?.ok, true)
  assert.deepEqual(
    only?.reviews.map(({ verdict, reviewer }) => [verdict, reviewer]),
    [
      ['unavailable', 'birch'],
      ['passed', 'codex'],
    ],
  )
  assert.deepEqual([...(only?.checks.keys() ?? [])], ['scan', 'dod'])
  const [scan, dod] = only?.checks.values() ?? []
  assert.deepEqual([scan?.ok, scan?.text, dod?.ok, dod?.text], [true, 'nothing that blocks', true, ''])
  assert.deepEqual(
    dod?.runs.map(({ command, exitCode, event }) => [command, exitCode, event]),
    [['npm test', 0, 'dod.passed']],
  )
})

test('a rejected review keeps its findings, and the next round begins anew', () => {
  const rounds = roundsOf(factsOf([reviewing(), rejected('it rounds down'), round({ handoff: 1 }, [found('it rounds down')]), written()]))
  assert.deepEqual(
    rounds.map(({ reviews }) => reviews.map(({ findings }) => findings[0]?.problem)),
    [['it rounds down'], []],
  )
})

test('a check that is done again belongs to the round whose check could not be carried out', () => {
  const again = factsOf([
    reviewing(),
    passed(),
    scanned(),
    dodFailed('no disk'),
    recheck('dod'),
    fact('dod.passed', { attempt: attempt(), checks: [check] }),
  ])
  const rounds = roundsOf(again)
  assert.equal(rounds.length, 1)
  assert.equal(rounds[0]?.checks.get('dod')?.ok, true)
})

test('a fact whose data does not fit its schema is left out', () => {
  const [started] = factsOf([round()])
  assert.ok(started)
  const broken = {
    id: 'x',
    type: 'review.passed',
    subject: 'task-1',
    source: 'test',
    time: started.time,
    sequence: 9,
    data: { attempt: 7 },
  }
  assert.deepEqual(roundsOf([started, broken])[0]?.reviews, [])
})

test('a round shows what its author was not allowed and says itself, and what of a lost change was wrong', () => {
  const secret = { from: 'code' as const, file: 'a.js', line: 1, problem: 'the change brings a secret: github token' }
  const lost = fact('code.failed', { ...codeFailed('secret').data, findings: [secret], report: 'I needed it.' })
  const [first, second] = roundsOf(factsOf([round(), lost, round({ n: 2 }), written({ denials: ['Bash curl'], report: 'Done.' })]))
  assert.deepEqual([first?.code?.findings, first?.code?.report], [[secret], 'I needed it.'])
  assert.deepEqual([second?.code?.denials, second?.code?.report], [['Bash curl'], 'Done.'])
})
