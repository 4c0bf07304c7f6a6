import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { type Desk, openDesk, scriptedAgents } from '../support/command-line.ts'
import { until } from '../support/temporary.ts'
import { type Answer, create, execute, listen, work } from '../support/tool-calls.ts'

/** `cortex up` in a folder of its own; says where it listens. */
const up = async (desk: Desk) => {
  const going = desk.start(['up', '--json'])
  const { http } = JSON.parse(await going.line(/"http"/)) as { http: string }
  return { url: http, child: going.child }
}

test('kill -9 right after the answers loses no task, and whoever follows one goes on where it was', async () => {
  await using desk = await openDesk({ 'greeting.txt': 'hello\n' })
  const project = '[projects.sample]\npath = "."\n[gateway]\nport = 0\n[nats]\nport = 0\nack_wait = "1s"\n[limits]\ntasks = 1\n'
  await desk.configure(`${project}${scriptedAgents}`)
  const before = await up(desk)
  const followed = await create(before.url, work)
  await using first = await listen(before.url, followed, 'events')
  await first.until(({ event }) => event === 'task.created')
  const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => create(before.url, { title: `Task ${n}`, project: 'sample' })))
  const gone = once(before.child, 'close')
  before.child.kill('SIGKILL')
  await gone
  const heard = first.events.flatMap(({ id }) => (id === undefined ? [] : [id]))
  const after = await up(desk)
  for (const some of [ids.slice(0, 100), ids.slice(100)]) {
    const look = async () =>
      (await execute(after.url, 'cortex_get_task_statuses', { task_ids: some })) as { tasks: Answer[]; by_status: Answer }
    // What stood at the door when it was killed comes in after the restart.
    await until(async () => (await look()).by_status['not_found'] === undefined)
    assert.deepEqual(
      (await look()).tasks.map(({ title }) => title),
      some.map((id) => `Task ${ids.indexOf(id)}`),
    )
  }
  await using second = await listen(after.url, followed, 'events', heard.at(-1))
  await execute(after.url, 'cortex_cancel_task', { task_id: followed })
  await second.ended
  const again = second.events.flatMap(({ id }) => (id === undefined ? [] : [id]))
  await using whole = await listen(after.url, followed, 'events')
  await whole.ended
  assert.deepEqual(
    [...heard, ...again],
    whole.events.flatMap(({ id }) => (id === undefined ? [] : [id])),
  )
})
