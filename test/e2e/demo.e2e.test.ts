import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { cachedSemgrep, cacheFolder, findOnPath } from '../../infra/setup/cache.mjs'
import { checkOut, playDemo } from '../support/demo-run.ts'

const hasSemgrep = (cachedSemgrep(cacheFolder(process.env)) ?? findOnPath('semgrep', process.env)) !== null

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
    const { folder, exit, lines, events } = await playDemo(t)
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

  test('the stubborn scenario goes the other road and ends with a person', {
    skip: hasSemgrep ? false : 'semgrep is not installed',
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
})
