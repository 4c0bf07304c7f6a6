import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, noneLeft, openDesk, quick, scriptedAgents, waitsForApproval, work } from '../support/command-line.ts'

test('a task that nobody understands is escalated, and the run ends with 1', async () => {
  await using desk = await openDesk(files)
  await desk.configure(quick + scriptedAgents)
  const run = await desk.cortex(['run', 'Make everything nicer somehow', '--yes', '--follow'])
  assert.equal(run.code, 1, run.stdout + run.stderr)
  assert.match(run.stdout, /escalated/)
  const json = await desk.json(['run', 'Make everything nicer somehow', '--yes'], 1)
  assert.equal((json['status'] as { phase: string }).phase, 'escalated')
  await noneLeft(desk)
})

test('reject, retry and cancel end and open a task; an id that means two tasks is refused with both', async () => {
  await using desk = await openDesk(files)
  await desk.configure(quick + scriptedAgents)
  const up = desk.start(['up', '--json'])
  await up.line(/"url"/)
  const id = String((await desk.json(['run', ...work]))['id'])
  const waits = () => desk.untilStatus(id, waitsForApproval)
  await waits()
  assert.equal((await desk.json(['reject', id, '--reason', 'not now']))['outcome'], 'plan.rejected')
  await desk.untilStatus(id, ({ phase }) => phase === 'failed')
  assert.equal((await desk.cortex(['status', id])).code, 1)
  assert.equal((await desk.json(['retry', id, '--guidance', 'now']))['outcome'], 'task.retried')
  await waits()
  assert.equal((await desk.json(['cancel', id]))['outcome'], 'task.cancelled')
  assert.equal((await desk.json(['status', id], 1))['phase'], 'cancelled')
  await desk.json(['run', ...work])
  const ambiguous = await desk.cortex(['status', 'task'])
  assert.equal(ambiguous.code, 2)
  assert.match(ambiguous.stderr, new RegExp(`task-.*${id}|${id}.*task-`))
  assert.equal((await desk.cortex(['status', 'nothing-like-it'])).code, 2)
})
