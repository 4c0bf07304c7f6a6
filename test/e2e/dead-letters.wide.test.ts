import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { Objm } from '@nats-io/obj'
import type { z } from 'zod'
import { CommandAnswer, DeadListAnswer, DeadShowAnswer, RedriveAnswer, StatusAnswer } from '../../gateway/answers.ts'
import { ask, type MainJob, startMainJob, told } from '../support/main-job.ts'
import { git, makeRepository, temporaryFolder } from '../support/temporary.ts'

/** A question to the running system, as any service on the bus asks it. */
const request = async <A extends z.ZodType>(job: MainJob, subject: string, input: object, answer: A): Promise<z.output<A>> => {
  const reply = await job.outsider.request(`cortex.${subject}`, JSON.stringify(input), { timeout: 10_000 })
  assert.equal(reply.headers?.get('Nats-Service-Error-Code') ?? '', '', reply.string())
  return answer.parse(reply.json())
}

/** A task whose plan is approved while the plan's bytes are gone: the coding function gives up on it. */
const failing = async (t: TestContext) => {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const job = await startMainJob({ repository, project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] } })
  t.after(() => job[Symbol.asyncDispose]())
  const id = ask(job, { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' })
  const drafted = await job.until('plan.drafted', id)
  await job.until('gate.opened', id)
  const plan = await job.text(drafted.data.plan)
  const store = await new Objm(job.system.connection.nc).open(drafted.data.plan.bucket)
  await store.delete(drafted.data.plan.key)
  job.publish('plan.approved', { id })
  await job.until('task.escalated', id)
  return { job, id, repository, repair: () => job.system.blobs.put(plan, drafted.data.plan.contentType) }
}

const count = async (job: MainJob, id: string, type: string): Promise<number> =>
  (await job.facts(id)).filter((fact) => fact.type === type).length

describe('a dead letter', { concurrency: 3 }, () => {
  test('a function that gives up escalates its task, its letter can be read, and sent again it goes on to the end', async (t) => {
    const { job, id, repository, repair } = await failing(t)
    const escalated = await job.until('task.escalated', id)
    assert.equal(escalated.data.class, 'function_failed')
    assert.match(
      escalated.data.reason,
      /write-code gave up on attempt\.started after 2 tries: blob .* is not in bucket .*`cortex dead` shows it/,
    )
    const { letters, total } = await request(job, 'dead.list', {}, DeadListAnswer)
    assert.deepEqual([total, letters[0]?.function, letters[0]?.id, letters[0]?.attempts], [1, 'write-code', id, 2])
    const first = letters[0]!.number
    const shown = await request(job, 'dead.show', { number: first }, DeadShowAnswer)
    assert.equal(shown.subject, `attempt.started.${id}`)
    assert.equal(JSON.parse(shown.text).attempt.n, 1)

    const redriven = await request(job, 'dead.redrive', { number: first }, RedriveAnswer)
    assert.equal(redriven.outcome, 'task.resumed')
    await job.until('task.resumed', id)
    const again = await job.until('task.escalated', id, { where: (fact) => fact.sequence > escalated.sequence })
    assert.equal(again.data.class, 'function_failed')
    const both = await request(job, 'dead.list', {}, DeadListAnswer)
    assert.deepEqual(
      both.letters.map(({ id: task, redrives }) => [task, redrives]),
      [
        [id, 1],
        [id, 0],
      ],
    )

    await repair()
    assert.equal((await request(job, 'dead.redrive', { number: both.letters[0]!.number }, RedriveAnswer)).outcome, 'task.resumed')
    await job.until('task.completed', id)
    assert.equal(await git(repository, 'show', `cortex/${id}:greeting.txt`), 'goodbye', told(await job.facts(id)))
    assert.equal(await git(repository, 'rev-list', '--count', `main..cortex/${id}`), '1')
    assert.deepEqual([await count(job, id, 'task.resumed'), await count(job, id, 'code.written')], [2, 1])
  })

  test('a letter of a task that ended otherwise meanwhile is sent, but opens nothing again', async (t) => {
    const { job, id, repair } = await failing(t)
    await request(job, 'task.retry', { id, guidance: 'once more' }, CommandAnswer)
    await request(job, 'task.cancel', { id, reason: 'no longer wanted' }, CommandAnswer)
    await job.until('task.cancelled', id)
    await repair()
    const { letters } = await request(job, 'dead.list', {}, DeadListAnswer)
    const begun = await count(job, id, 'code.started')
    const answer = await request(job, 'dead.redrive', { number: letters[0]!.number }, RedriveAnswer)
    assert.equal(answer.outcome, 'sent')
    const settled = async (): Promise<number> =>
      (await job.system.connection.jsm.consumers.info('EVENTS', 'write-code')).ack_floor.stream_seq
    const copy = (await job.system.connection.jsm.streams.getMessage('EVENTS', { last_by_subj: `retry.write-code.${id}.*` }))?.seq ?? 0
    assert.ok(copy > 0, 'the copy was stored')
    while ((await settled()) < copy) await new Promise((resolve) => setTimeout(resolve, 20))
    const after = [await count(job, id, 'task.resumed'), await count(job, id, 'code.started'), await count(job, id, 'code.written')]
    assert.deepEqual(after, [0, begun, 0], told(await job.facts(id)))
    assert.equal((await request(job, 'task.status', { id }, StatusAnswer)).phase, 'cancelled')
  })

  test('a letter that does not exist is refused in words', async (t) => {
    const folder = await temporaryFolder()
    t.after(() => folder[Symbol.asyncDispose]())
    await makeRepository(path.join(folder.path, 'repository'), { a: 'b' })
    await using job = await startMainJob({ repository: path.join(folder.path, 'repository') })
    for (const subject of ['dead.show', 'dead.redrive']) {
      const reply = await job.outsider.request(`cortex.${subject}`, '{"number":7}', { timeout: 5000 })
      assert.equal(reply.headers?.get('Nats-Service-Error-Code'), '404')
      assert.match(reply.string(), /there is no dead letter 7/)
    }
  })
})
