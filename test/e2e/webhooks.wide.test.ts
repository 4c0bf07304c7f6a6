import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { httpServer } from '../support/http-server.ts'
import { type MainJob, startMainJob } from '../support/main-job.ts'
import { sampleRepository } from '../support/sample.ts'
import { temporaryFolder } from '../support/temporary.ts'

const GITHUB = "It's a Secret to Everybody"
const CALLBACK = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const OUT = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const env = { GITHUB, CALLBACK, OUT }

const issues = {
  kind: 'github',
  secret_env: 'GITHUB',
  tasks: [
    {
      when: { $event: ['issues'], action: ['opened'] },
      title: '{{issue.title}}',
      description: '{{issue.body}}',
      project: '{{project | sample}}',
      workflow: 'change',
      callback_url: '{{callback}}',
    },
  ],
}
const opened = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({ action: 'opened', issue: { title: 'The cart rounds down', body: 'Create `note.txt` with `it rounds down`.' }, ...more })
const send = async (job: MainJob, body: string, delivery = 'delivery-1') => {
  const answer = await fetch(`${job.httpUrl}/hooks/issues`, {
    method: 'POST',
    body,
    headers: {
      'x-github-event': 'issues',
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${createHmac('sha256', GITHUB).update(body).digest('hex')}`,
    },
  })
  const told = (await answer.json()) as { task_ids?: string[]; items?: { outcome: string }[]; faults?: string[] }
  return { status: answer.status, ...told }
}

describe('webhooks', { concurrency: 3 }, () => {
  test('twenty times the same delivery at once, and once more later, is one task; the same id with other content is refused', async () => {
    await using folder = await temporaryFolder()
    const config = { limits: { tasks: 1 }, gateway: { webhooks: { in: { issues } } } }
    await using job = await startMainJob({ repository: await sampleRepository(folder.path), config, env })
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(job, opened())))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]))
    const ids = new Set(answers.flatMap(({ task_ids }) => task_ids))
    assert.equal(ids.size, 1)
    const [id = ''] = ids
    const { data } = await job.until('task.created', id)
    assert.partialDeepStrictEqual(data, {
      title: 'The cart rounds down',
      by: 'webhook:issues',
      channel: 'webhook',
      source: 'webhook:issues',
    })
    const again = await send(job, opened())
    assert.deepEqual([again.status, again.task_ids, again.items?.[0]?.outcome], [202, [id], 'repeated'])
    const other = await send(job, opened({ issue: { title: 'Something else' } }))
    assert.equal(other.status, 409)
    assert.match(JSON.stringify(other), /differs/)
    const replayed = await send(job, opened(), 'delivery-2')
    assert.equal(replayed.status, 409, 'the same signed body under an id that nobody signed')
    job.publish('task.created', { id: 'task-last', title: 'Seen after all of them', workflow: 'answer' })
    await job.until('task.created', 'task-last')
    assert.equal((await job.facts(id)).filter(({ type }) => type === 'task.created').length, 1)
  })

  test('a project that is not there is refused at once, in words', async () => {
    await using folder = await temporaryFolder()
    const config = { gateway: { webhooks: { in: { issues } } } }
    await using job = await startMainJob({ repository: await sampleRepository(folder.path), config, env })
    const answer = await send(job, opened({ project: 'elsewhere' }))
    assert.equal(answer.status, 400)
    assert.match(JSON.stringify(answer), /elsewhere/)
  })

  test('what becomes of a task is told to its caller and to the receivers, each under its own secret', async () => {
    await using folder = await temporaryFolder()
    await using caller = await httpServer((_, response) => response.end())
    await using ci = await httpServer((_, response) => response.end())
    const out = { ci: { url: ci.url, secret_env: 'OUT', events: ['task.cancelled'], allow_private: true } }
    const webhooks = { in: { issues }, out, callback_secret_env: 'CALLBACK', callback_allow_private: true }
    await using job = await startMainJob({ repository: await sampleRepository(folder.path), config: { gateway: { webhooks } }, env })
    const { task_ids: [id = ''] = [] } = await send(job, opened({ callback: `${caller.url}/done?token=hidden` }))
    await job.until('gate.opened', id)
    await job.until('callback.delivered', id, { where: ({ data }) => data.event === 'gate.opened' })
    job.publish('task.cancelled', { id, reason: 'enough' })
    const both = ['task:callback', 'ci'].map((receiver) =>
      job.until('callback.delivered', id, { where: ({ data }) => data.event === 'task.cancelled' && data.receiver === receiver }),
    )
    await Promise.all(both)
    const told = (server: typeof ci, secret: string): unknown[] =>
      server.requests.map(({ body, headers }) => new Webhook(secret).verify(body, headers as Record<string, string>))
    assert.partialDeepStrictEqual(told(caller, CALLBACK), [
      { type: 'gate.opened', data: { task_id: id, status: 'in_progress', phase: 'gate' } },
      { type: 'task.cancelled', data: { task_id: id, status: 'failed', phase: 'cancelled', reason: 'enough' } },
    ])
    assert.partialDeepStrictEqual(told(ci, OUT), [{ type: 'task.cancelled', data: { task_id: id } }])
    assert.equal(caller.requests[0]?.url, '/done?token=hidden')
    const facts = (await job.facts(id)).filter(({ type }) => type.startsWith('callback.'))
    assert.doesNotMatch(JSON.stringify(facts), /hidden/)
  })

  test('a callback URL at a private address is not told, and the story says why', async () => {
    await using folder = await temporaryFolder()
    await using caller = await httpServer((_, response) => response.end())
    await using job = await startMainJob({ repository: await sampleRepository(folder.path) })
    job.publish('task.created', { id: 'task-private', title: 'x', workflow: 'answer', callbackUrl: `${caller.url}/?token=hidden` })
    await job.until('task.created', 'task-private')
    job.publish('task.cancelled', { id: 'task-private' })
    const { data } = await job.until('callback.failed', 'task-private')
    assert.equal(data.class, 'refused')
    assert.match(data.reason, /loopback or private address.*callback_allow_private/)
    assert.equal(caller.requests.length, 0)
  })

  test('a secret that is not set stops the start in words', async () => {
    await using folder = await temporaryFolder()
    const config = { gateway: { webhooks: { in: { issues } } } }
    const start = startMainJob({ repository: await sampleRepository(folder.path), config, env: { GITHUB: undefined } })
    await assert.rejects(start, /gateway\.webhooks\.in\.issues\.secret_env names GITHUB: the variable is not set/)
  })
})
