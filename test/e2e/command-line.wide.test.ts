import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, isCompleted, noneLeft, openDesk, quick, scriptedAgents, waitsForApproval, work } from '../support/command-line.ts'
import { delivered, onlyTask, withSlowAgent } from '../support/desk-work.ts'
import { until } from '../support/temporary.ts'

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

test('every next step that is told works where it is told, also when no system is up: it is answered from the store, and decisions wait in it', async () => {
  await using desk = await openDesk(files)
  await desk.configure(quick + scriptedAgents)
  const done = String((await desk.json(['run', ...work, '--yes']))['id'])
  const up = desk.start(['up', '--json'])
  await up.line(/"url"/)
  const [waiting, unwanted] = [String((await desk.json(['run', ...work]))['id']), String((await desk.json(['run', ...work]))['id'])]
  for (const id of [waiting, unwanted]) await desk.untilStatus(id, waitsForApproval)
  up.child.kill('SIGTERM')
  assert.equal((await up.ended).code, 0)
  const shown = { status: /completed/, story: /task\.completed/, plan: /Steps/, diff: /^\+goodbye/m, logs: /code\.written/ }
  // Several at once wait for each other.
  await Promise.all(
    Object.entries(shown).map(async ([command, words]) => {
      const { code, stdout, stderr } = await desk.cortex([command, done])
      assert.equal(code, 0, stderr)
      assert.match(stderr, /no Cortex is up: this is what is stored in \S+; tasks go on with ".*cortex up"/)
      assert.match(stdout, words)
    }),
  )
  const { tasks } = (await desk.json(['list'])) as { tasks: { id: string }[] }
  assert.deepEqual(tasks.map(({ id }) => id).sort(), [done, waiting, unwanted].sort())
  assert.equal((await desk.json(['approve', waiting]))['outcome'], 'plan.approved')
  assert.equal((await desk.json(['status', waiting]))['status'], 'in_progress')
  assert.equal((await desk.json(['reject', unwanted, '--reason', 'not now']))['outcome'], 'plan.rejected')
  const again = desk.start(['up', '--json'])
  await again.line(/"url"/)
  await desk.untilStatus(waiting, ({ phase }) => phase === 'completed')
  // What ended meanwhile is heard by all that have to, though its task is over.
  await until(async () => {
    const { events } = (await desk.json(['story', unwanted])) as { events: { type: string }[] }
    const types = events.map(({ type }) => type)
    return types.indexOf('task.failed') >= 0 && types.lastIndexOf('notification.sent') > types.indexOf('task.failed')
  })
  again.child.kill('SIGTERM')
  assert.equal((await again.ended).code, 0)
  for (const command of [['status'], ['functions'], ['story', done, '--follow']]) {
    const { code, stderr } = await desk.cortex(command)
    assert.deepEqual([code, /start it with ".*cortex up"/.test(stderr)], [3, true], stderr)
  }
  await noneLeft(desk)
})

test('Ctrl-C on a run of its own in the middle of an agent says how to go on, and loses nothing', async () => {
  const { desk, started, go } = await withSlowAgent()
  await using _ = desk
  const run = desk.start(['run', ...work, '--yes', '--follow'])
  await until(started)
  run.child.kill('SIGINT')
  const { code, stderr } = await run.ended
  assert.equal(code, 130)
  assert.match(stderr, /interrupted; task-\w+ is stored and goes on with ".*cortex up"/)
  await noneLeft(desk)
  await go()
  const up = desk.start(['up'])
  await up.line(/Cortex is up/)
  const id = await onlyTask(desk)
  await desk.untilStatus(id, isCompleted)
  await delivered(desk, id)
  up.child.kill('SIGINT')
  await up.ended
  await noneLeft(desk)
})
