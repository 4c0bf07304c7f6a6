import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, test } from 'node:test'
import { type Desk, openDesk, scriptedAgents } from '../support/command-line.ts'
import { until } from '../support/temporary.ts'
import { type Answer, create, execute, listen, work } from '../support/tool-calls.ts'
import { startToolScene, statusOf } from '../support/tool-scene.ts'

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

describe('more of tools over HTTP', { concurrency: 2 }, () => {
  test('what depends on a task that fails fails with that reason; nothing can wait for itself', async () => {
    await using job = await startToolScene({ gateway: { deciding_tools: true } })
    const { httpUrl: url } = job
    const first = await create(url, work)
    const second = await create(url, { title: 'Then this', depends_on: [first] })
    const third = await create(url, { title: 'And then this', dependsOn: [second] })
    await execute(url, 'cortex_cancel_task', { task_id: first, reason: 'nobody wants it' })
    await job.ended(third)
    for (const [id, before] of [
      [second, first],
      [third, second],
    ] as const) {
      const { status, error } = (await statusOf(url, id)) as { status: string; error: { message: string } }
      assert.equal(status, 'failed')
      assert.ok(error.message.includes(before), error.message)
    }
    const refused = async (body: object): Promise<string> => {
      const answer = await fetch(`${url}/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      assert.equal(answer.status, 400)
      return String(((await answer.json()) as Answer)['error'])
    }
    assert.match(await refused({ title: 'x', id: 'task-ring', dependsOn: ['task-ring'] }), /cannot wait for itself/)
  })

  test('a task stands in a file of its own, in the words that its watchers know', async () => {
    await using job = await startToolScene()
    const id = await create(job.httpUrl, { ...work, metadata: { ticket: 7 } })
    const file = path.join(job.dataDir, 'tasks', `${id}.json`)
    await until(() => existsSync(file))
    const { type, priority, payload, metadata, ...rest } = JSON.parse(await readFile(file, 'utf8'))
    assert.equal(rest.id, id)
    assert.deepEqual([type, priority], ['user_query', 3])
    const { title, description, category } = work
    assert.deepEqual(payload, { query: description, title, category })
    assert.equal(metadata.source, 'chat')
    assert.deepEqual(metadata.original_input, { title, description, category, priority: 'high' })
    assert.equal(new Date(metadata.created_at).toISOString(), metadata.created_at)
    assert.ok(metadata.updated_at >= metadata.created_at)
  })
})
