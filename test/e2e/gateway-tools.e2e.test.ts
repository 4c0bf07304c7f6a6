import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, test } from 'node:test'
import { type MainJob, startMainJob, told } from '../support/main-job.ts'
import { makeRepository, temporaryFolder, until } from '../support/temporary.ts'
import { type Answer, create, execute, listen, work } from '../support/tool-calls.ts'

const statusOf = (url: string, task_id: string): Promise<Answer> => execute(url, 'cortex_get_task_status', { task_id })

const start = async (config: Record<string, unknown> = {}): Promise<MainJob> => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const job = started.use(await startMainJob({ repository, project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] }, config }))
  const all = started.move()
  return { ...job, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

describe('tools over HTTP', { concurrency: 3 }, () => {
  test('a chat creates a task, approves its plan, follows it live and has its result; what depends on it follows', async () => {
    await using job = await start({ gateway: { deciding_tools: true } })
    const { httpUrl: url } = job
    const first = await create(url, work)
    assert.match(first, /^task-chat-\d{13}-[0-9a-z]{9}$/)
    assert.equal((await statusOf(url, first))['title'], work.title)
    const second = await create(url, { title: 'Which greeting is it now?', workflow: 'answer', depends_on: [first] })
    await using events = await listen(url, first, 'events')
    await using stream = await listen(url, first, 'stream')
    await events.until(({ event }) => event === 'gate.opened')
    const waiting = await statusOf(url, first)
    assert.deepEqual(
      [waiting['status'], waiting['phase'], waiting['waiting_for'], waiting['result']],
      ['in_progress', 'gate', ['approval'], null],
    )
    const blocked = await statusOf(url, second)
    assert.deepEqual([blocked['status'], blocked['waiting_for']], ['queued', [first]])
    const approved = await execute(url, 'cortex_approve_plan', { task_id: first, plan_hash: waiting['plan_hash'] })
    assert.equal(approved['outcome'], 'plan.approved')
    await Promise.all([events.ended, stream.ended])
    const facts = await job.facts(first)
    assert.deepEqual(
      events.events.flatMap(({ id }) => (id === undefined ? [] : [id])),
      facts.slice(0, facts.findIndex(({ type }) => type === 'task.completed') + 1).map(({ sequence }) => sequence),
      told(facts),
    )
    const result = stream.events.at(-1)
    assert.deepEqual([result?.event, result?.data['status']], ['result', 'completed'])
    assert.deepEqual((await statusOf(url, first))['result'], result?.data['result'])
    const after = await listen(url, first, 'events', events.events.at(-1)?.id)
    assert.equal(after.status, 204)
    await job.ended(second)
    const answered = await statusOf(url, second)
    assert.equal(answered['status'], 'completed', JSON.stringify(answered))
  })

  test('what depends on a task that fails fails with that reason; nothing can wait for itself', async () => {
    await using job = await start({ gateway: { deciding_tools: true } })
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
    await using job = await start()
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

  test('the same creation again is the same task, also when it came twice at once', async () => {
    await using job = await start()
    const { httpUrl: url } = job
    const again = Array.from({ length: 10 }, () => create(url, { title: 'Once', idempotency_key: 'order-7' }))
    const ids = new Set(await Promise.all(again))
    assert.equal(ids.size, 1)
    const body = JSON.stringify({ title: 'Other content', key: 'order-7' })
    const other = await fetch(`${url}/tasks`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    assert.equal(other.status, 409)
    assert.match(String(((await other.json()) as Answer)['error']), /stands for another task already/)
  })
})
