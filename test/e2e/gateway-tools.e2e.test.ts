import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { told } from '../support/main-job.ts'
import { type Answer, create, execute, listen, work } from '../support/tool-calls.ts'
import { startToolScene, statusOf } from '../support/tool-scene.ts'

describe('tools over HTTP', { concurrency: 3 }, () => {
  test('a chat creates a task, approves its plan, follows it live and has its result; what depends on it follows', async () => {
    await using job = await startToolScene({ gateway: { deciding_tools: true } })
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

  test('the same creation again is the same task, also when it came twice at once', async () => {
    await using job = await startToolScene()
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
