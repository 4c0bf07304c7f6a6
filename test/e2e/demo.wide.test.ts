import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findOnPath } from '../../infra/setup/cache.mjs'
import { checkOut, ownCache, playDemo } from '../support/demo-run.ts'
import { writeFiles } from '../support/temporary.ts'
import { hasSemgrep } from '../support/tools.ts'

const forks = [
  'review.rejected',
  'review.passed',
  'scan.failed',
  'scan.passed',
  'dod.failed',
  'dod.passed',
  'task.escalated',
  'task.completed',
]

test('without semgrep the stubborn agents get past the scan, which says that it was skipped', {
  skip: findOnPath('semgrep', process.env) ? 'semgrep is on PATH here' : false,
}, async (t) => {
  const { exit, lines, events } = await playDemo(t, ['--scenario', 'stubborn', '--yes'], ownCache)
  assert.equal(exit, 0, lines.join('\n'))
  assert.deepEqual(
    events.filter((event) => forks.includes(event)),
    ['review.rejected', 'review.passed', 'scan.passed', 'dod.passed', 'task.completed'],
  )
  assert.match(lines.find((line) => line.includes('scan.passed')) ?? '', /skipped: .*semgrep/i)
})

test('another sample and another task go the same way: nothing of the demo is fixed', async (t) => {
  const sample = mkdtempSync(join(tmpdir(), 'cortex-other-'))
  t.after(() => rmSync(sample, { recursive: true, force: true }))
  await writeFiles(sample, {
    'greeting.txt': 'good evening\n',
    'cortex.toml': 'dod = [["grep", "-q", "good morning", "greeting.txt"]]\n',
  })
  const task = ['--title', 'Greet in the morning', '--description', 'In `greeting.txt`, replace `evening` with `morning`.']
  const right = await playDemo(t, ['--sample', sample, ...task])
  assert.equal(right.exit, 0, right.lines.join('\n'))
  assert.equal(execFileSync('cat', ['greeting.txt'], { cwd: checkOut(right.folder), encoding: 'utf8' }), 'good morning\n')
  const wrong = await playDemo(t, [
    '--sample',
    sample,
    '--title',
    'Greet at noon',
    '--description',
    'In `greeting.txt`, replace `evening` with `day`.',
  ])
  assert.equal(wrong.exit, 1, wrong.lines.join('\n'))
  assert.ok(wrong.events.includes('dod.failed'))
})

test('the stubborn scenario goes the other road and ends with a person', {
  skip: hasSemgrep() ? false : 'semgrep is not installed',
}, async (t) => {
  const { exit, lines, events } = await playDemo(t, ['--scenario', 'stubborn', '--yes'])
  assert.equal(exit, 1, lines.join('\n'))
  const road = ['review.rejected', 'scan.failed', 'dod.failed', 'task.escalated']
  const seen = events.filter((event) => road.includes(event))
  assert.deepEqual(seen, ['review.rejected', 'scan.failed', 'dod.failed', 'dod.failed', 'task.escalated'])
  const swap = lines.find((line) => line.includes('attempt.started') && line.includes('handoff 1'))
  assert.match(swap ?? '', /birch writes, alder reviews/)
  assert.equal(events.at(-1), 'notification.sent')
})

test('the learning scenario: a mistake that cost a failed definition of done is stopped by its rule in the next task', {
  skip: hasSemgrep() ? false : 'semgrep is not installed',
}, async (t) => {
  const { folder, exit, lines, events } = await playDemo(t, ['--scenario', 'learning', '--yes'])
  assert.equal(exit, 0, lines.join('\n'))
  const road = ['scan.failed', 'dod.failed', 'dod.passed', 'lesson.learned', 'rule.admitted', 'rule.enforced', 'task.completed']
  assert.deepEqual(
    events.filter((event) => road.includes(event)).filter((event) => event !== 'task.completed'),
    ['dod.failed', 'dod.passed', 'lesson.learned', 'rule.admitted', 'rule.enforced', 'scan.failed', 'dod.passed'],
  )
  assert.match(lines.find((line) => line.includes('scan.failed')) ?? '', /chum-money-is-never-cut-with-parseint/)
  execFileSync(process.execPath, ['--test'], { cwd: checkOut(folder), stdio: 'pipe' })
})
