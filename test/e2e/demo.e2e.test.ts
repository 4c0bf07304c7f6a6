import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { cachedSemgrep, cacheFolder, findOnPath } from '../../infra/setup/cache.mjs'
import { eventOf, noteOf, ownCache, runDemo } from '../support/demo-run.ts'
import { writeFiles } from '../support/temporary.ts'

const isOnPath = findOnPath('semgrep', process.env) !== null
const hasSemgrep = cachedSemgrep(cacheFolder(process.env)) !== null || isOnPath

/** Plays a demo to its end in a folder of its own. */
const play = (t: TestContext, ...argv: string[]) => playWith(t, () => ({}), argv)

const playWith = async (t: TestContext, envIn: (folder: string) => NodeJS.ProcessEnv, argv: string[]) => {
  const base = mkdtempSync(join(tmpdir(), 'cortex-demo-'))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  const folder = join(base, 'demo')
  const run = runDemo(folder, argv, { env: envIn(folder) })
  const exit = await run.ended
  return { folder, exit, lines: run.lines, events: run.lines.map(eventOf).filter((event) => event !== undefined) }
}

/** The files of the delivered branch, in a clone. */
const checkOut = (folder: string): string => {
  const clone = join(folder, 'clone')
  execFileSync('git', ['clone', '-q', '-b', `cortex/${noteOf(folder).task}`, join(folder, 'repository'), clone])
  return clone
}

const story = [
  'task.created',
  'plan.drafted',
  'gate.opened',
  'plan.approved',
  'code.written',
  'review.passed',
  'scan.passed',
  'dod.passed',
  'task.completed',
]

describe('the demo', { concurrency: 2 }, () => {
  test('the demo takes its task to a branch whose tests pass, and says so', async (t) => {
    const { folder, exit, lines, events } = await play(t)
    assert.equal(exit, 0, lines.join('\n'))
    assert.deepEqual(
      events.filter((event) => story.includes(event)),
      story,
    )
    const text = lines.join('\n')
    assert.match(text, /scripted stand-ins, no models/)
    assert.match(text, /approved without asking: there is no terminal to ask on/)
    if (hasSemgrep) assert.match(text, /scan\.passed +nothing that blocks/)
    else t.diagnostic('semgrep is not installed: the scan was skipped')
    assert.match(text, /Tokens +\d+ in, \d+ out/)
    execFileSync(process.execPath, ['--test'], { cwd: checkOut(folder), stdio: 'pipe' })
  })

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

  test('the stubborn scenario goes the other road and ends with a person', {
    skip: hasSemgrep ? false : 'semgrep is not installed',
  }, async (t) => {
    const { exit, lines, events } = await play(t, '--scenario', 'stubborn', '--yes')
    assert.equal(exit, 1, lines.join('\n'))
    const road = ['review.rejected', 'scan.failed', 'dod.failed', 'task.escalated']
    const seen = events.filter((event) => road.includes(event))
    assert.deepEqual(seen, ['review.rejected', 'scan.failed', 'dod.failed', 'dod.failed', 'task.escalated'])
    const swap = lines.find((line) => line.includes('attempt.started') && line.includes('handoff 1'))
    assert.match(swap ?? '', /birch writes, alder reviews/)
    assert.equal(events.at(-1), 'notification.sent')
  })

  test('without semgrep the stubborn agents get past the scan, which says that it was skipped', {
    skip: isOnPath ? 'semgrep is on PATH here' : false,
  }, async (t) => {
    const { exit, lines, events } = await playWith(t, ownCache, ['--scenario', 'stubborn', '--yes'])
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
    const right = await play(t, '--sample', sample, ...task)
    assert.equal(right.exit, 0, right.lines.join('\n'))
    assert.equal(execFileSync('cat', ['greeting.txt'], { cwd: checkOut(right.folder), encoding: 'utf8' }), 'good morning\n')
    const wrong = await play(
      t,
      '--sample',
      sample,
      '--title',
      'Greet at noon',
      '--description',
      'In `greeting.txt`, replace `evening` with `day`.',
    )
    assert.equal(wrong.exit, 1, wrong.lines.join('\n'))
    assert.ok(wrong.events.includes('dod.failed'))
  })
})
