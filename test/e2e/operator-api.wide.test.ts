import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { openDesk, scriptedAgents } from '../support/command-line.ts'
import { type MainJob, startMainJob } from '../support/main-job.ts'
import { TASK_PATIENCE_MS } from '../support/patience.ts'
import { makeRepository, temporaryFolder } from '../support/temporary.ts'

const prompt = 'Say goodbye\nIn `greeting.txt`, replace `hello` with `goodbye`.'
const check = ['grep', '-q', 'goodbye', 'greeting.txt']

/** A whole system with a project, and its API as a client of another machine's language speaks to it. */
const openApi = async () => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const job = started.use(await startMainJob({ repository, project: { dod: [check] } }))
  const running = started.move()
  return { job, ...client(job.httpUrl), [Symbol.asyncDispose]: () => running.disposeAsync() }
}

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const client = (url: string) => {
  const ask = async (where: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await fetch(`${url}${where}`, init)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const post = (where: string, body: object = {}): Promise<Answer> =>
    ask(where, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  /** Asks until the answer fits. */
  const until = async (where: string, fits: (answer: Answer) => boolean): Promise<Answer> => {
    const giveUp = AbortSignal.timeout(TASK_PATIENCE_MS)
    for (;;) {
      const answer = await ask(where)
      if (fits(answer)) return answer
      if (giveUp.aborted) assert.fail(`${where} did not come to it; at last ${JSON.stringify(answer)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const text = async (where: string): Promise<string> => (await fetch(`${url}${where}`)).text()
  return { ask, post, until, text }
}

const lookAt = async ({ ask }: ReturnType<typeof client>, name: string): Promise<Record<string, unknown>> => {
  const { functions } = (await ask('/functions')).body as { functions: Record<string, unknown>[] }
  const look = functions.find((one) => one['name'] === name)
  assert.ok(look, `${name} is no function`)
  return look
}

describe('the operator’s API', { concurrency: 3 }, () => {
  test('a workflow goes from its start over the approval of its plan to its end, and is accounted for', async () => {
    await using api = await openApi()
    const request = { bead_id: 'bead-1', project: 'sample', prompt, agent: 'alder' }
    const started = await api.post('/workflows/start', request)
    assert.deepEqual([started.status, started.body['workflow_id'], started.body['status']], [200, 'bead-1', 'started'])
    assert.equal((await api.post('/workflows/start', request)).body['repeated'], true)
    assert.equal((await api.post('/workflows/start', { ...request, prompt: 'something else' })).status, 409)

    const { body: waiting } = await api.until('/workflows/bead-1', ({ body }) => body['phase'] === 'gate')
    assert.equal(
      (await api.post('/workflows/bead-1/approve', { plan_hash: 'f'.repeat(64) })).status,
      409,
      'another plan than the one that waits',
    )
    const approved = await api.post('/workflows/bead-1/approve', { plan_hash: waiting['plan_hash'] })
    assert.deepEqual([approved.status, approved.body['status']], [200, 'approved'])

    const { body: done } = await api.until('/workflows/bead-1', ({ body }) => body['status'] !== 'Running')
    assert.deepEqual([done['status'], done['branch']], ['Completed', 'cortex/bead-1'])
    const { body: calls } = await api.until('/dispatches/bead-1', ({ body }) =>
      (body['dispatches'] as { status: string }[]).every(({ status }) => status === 'completed'),
    )
    assert.deepEqual(
      (calls['dispatches'] as { stage: string }[]).map(({ stage }) => stage),
      ['review', 'code', 'plan'],
    )
    const metrics = await api.text('/metrics')
    assert.match(metrics, /^cortex_dispatches_total 3$/m)
    assert.match(metrics, /^cortex_tasks\{status="completed"\} 1$/m)
    assert.match(metrics, /^cortex_http_refused_total\{status="409",.*\} 1$/m)
    const { body: document } = await api.ask('/openapi.json')
    const { valid, errors } = await new Validator().validate({ ...document })
    assert.ok(valid, `the document of all surfaces is no valid OpenAPI 3.1: ${JSON.stringify(errors)}`)
  })

  test('a rejected plan ends its workflow, with the reason', async () => {
    await using api = await openApi()
    await api.post('/workflows/start', { bead_id: 'bead-1', project: 'sample', prompt })
    await api.until('/workflows/bead-1', ({ body }) => body['phase'] === 'gate')
    assert.equal((await api.post('/workflows/bead-1/reject', { reason: 'too much' })).body['status'], 'rejected')
    const { body } = await api.until('/workflows/bead-1', ({ body: now }) => now['status'] !== 'Running')
    assert.equal(body['status'], 'Failed')
    assert.match(String(body['why']), /^failed: \S+ rejected the plan: too much$/)
  })

  test('a paused function holds the task, everybody sees who wanted that and why, and it goes on', async () => {
    await using api = await openApi()
    const paused = await api.post('/functions/write-code/pause', { reason: 'a bad deploy', minutes: 10 })
    assert.deepEqual([paused.status, paused.body['outcome']], [200, 'function.paused'])
    await api.post('/workflows/start', { bead_id: 'bead-1', project: 'sample', prompt })
    await api.until('/workflows/bead-1', ({ body }) => body['phase'] === 'gate')
    await api.post('/workflows/bead-1/approve')
    await api.until('/workflows/bead-1', ({ body }) =>
      /^held: write-code is paused by \S+ since .* \(a bad deploy\)/.test(String(body['why'])),
    )
    const look = await lookAt(api, 'write-code')
    assert.deepEqual([look['pending'], look['in_flight']], [1, 0])
    assert.ok(look['oldest_at'] && look['paused_until'])
    const { recommendations } = (await api.ask('/recommendations')).body as { recommendations: { subject: string }[] }
    assert.ok(recommendations.some(({ subject }) => subject === 'write-code'))

    assert.equal((await api.post('/functions/write-code/resume')).body['outcome'], 'function.resumed')
    await api.until('/workflows/bead-1', ({ body }) => body['status'] === 'Completed')
    assert.equal((await lookAt(api, 'write-code'))['paused_until'], undefined)
    assert.equal((await api.post('/functions/nobody/pause')).status, 404)
    const outside = await api.job.outsider.request('cortex.function.pause', JSON.stringify({ name: 'write-code' }), { timeout: 5000 })
    assert.equal(outside.headers?.get('Nats-Service-Error-Code'), '403', 'anybody on the bus may ask, and only the operator may do it')
  })

  const created = async (job: MainJob, id: string): Promise<boolean> => (await job.facts(id)).some(({ type }) => type === 'task.created')

  test('the reader of the door can be paused, too: nothing is lost, the system says that it is closed, and opens again', async () => {
    await using api = await openApi()
    await api.post('/functions/admit/pause', { reason: 'maintenance' })
    assert.equal((await api.post('/functions/admit/pause')).status, 409, 'who pauses it anew could not be told')
    const started = await api.post('/workflows/start', { bead_id: 'bead-1', prompt: 'What is this?' })
    assert.equal(started.body['status'], 'started', 'it is stored durably all the same')
    const closed = await api.until('/health', ({ status }) => status === 503)
    assert.match(JSON.stringify(closed.body), /admit is paused by .* \(maintenance\)/)
    assert.equal(await created(api.job, 'bead-1'), false)
    assert.equal((await api.post('/functions/admit/resume')).status, 200)
    await api.job.until('task.created', 'bead-1')
    await api.until('/health', ({ status }) => status === 200)
    assert.equal((await lookAt(api, 'admit'))['paused'], undefined)
  })

  test('the command line tells the functions, pauses one and lets it go on', async () => {
    await using desk = await openDesk({ 'greeting.txt': 'hello\n', 'cortex.toml': '' })
    await desk.configure(`[projects.repository]\npath = "."\n[gateway]\nport = 0\n[nats]\nport = 0\nsync = "fast"\n${scriptedAgents}`)
    await desk.start(['up', '--json']).line(/"url"/)
    const paused = await desk.json(['pause', 'write-code', '--reason', 'a bad deploy', '--minutes', '5'])
    assert.equal(paused['outcome'], 'function.paused')
    const { stdout } = await desk.cortex(['functions'])
    assert.match(stdout, /^write-code +0 +0 +0 +- +write-code is paused by \S+ since \S+ \(a bad deploy\): .*cortex resume write-code$/m)
    assert.match((await desk.cortex(['status'])).stdout, /^held +write-code is paused by /m)
    assert.equal((await desk.json(['resume', 'write-code']))['outcome'], 'function.resumed')
    assert.equal((await desk.json(['resume', 'write-code']))['outcome'], 'request.repeated')
    const { stderr } = await desk.cortex(['pause', 'nobody'])
    assert.match(stderr, /there is no function "nobody"; there are admit, /)
  })
})
