import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { checkOut, playDemo } from '../support/demo-run.ts'
import { hasSemgrep } from '../support/tools.ts'

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
  assert.match(text, hasSemgrep() ? /scan\.passed +nothing that blocks/ : /scan\.passed +skipped: .*semgrep/i)
  assert.match(text, /Tokens +\d+ in, \d+ out/)
  execFileSync(process.execPath, ['--test'], { cwd: checkOut(folder), stdio: 'pipe' })
})
