import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import type { Operations } from '../../../../gateway/operations.ts'
import type { TaskWish } from '../../../../gateway/services/task-wish.ts'
import { webhookSurface } from '../../../../gateway/surfaces/webhooks/surface.ts'
import { ConfigSchema } from '../../../../infra/config/config-schema.ts'
import { createWebhooks } from '../../../../infra/webhooks/webhooks.ts'
import { givenGateway } from '../../../support/gateway.ts'

const SECRET = 'a secret of the test'
const TOKEN = { authorization: 'Bearer a-token-of-the-test' }
const env = { SECRET, TOKEN: 'a-token-of-the-test' }

const issues = {
  kind: 'github',
  secret_env: 'SECRET',
  tasks: [
    {
      when: { $event: ['issues'], action: ['opened', 'reopened'] },
      title: '{{issue.title}}',
      description: '{{issue.body | (no words)}}',
      project: '{{repository.full_name}}',
      priority: '{{issue.urgency | low}}',
      category: 'Development',
      workflow: 'change',
      metadata: { number: '{{issue.number}}' },
      words: { project: { 'acme/shop': 'shop' } },
    },
    { when: { $event: ['workflow_run'] }, title: 'Mend {{workflow_run.name}}', callback_url: '{{workflow_run.callback}}' },
  ],
}
const alerts = { kind: 'alertmanager', secret_env: 'TOKEN' }
const plain = {
  kind: 'bearer',
  secret_env: 'TOKEN',
  delivery_header: 'x-id',
  tasks: [{ title: '{{title}}', depends_on: ['{{after}}', '{{none}}'] }],
}

/** The gateway with these sources over a door that keeps what it is asked for. */
const given = (sources: Record<string, unknown>, submit?: (wish: TaskWish) => Promise<{ id: string; repeated: boolean }>) => {
  const settings = { gateway: { webhooks: { in: sources } } }
  const wishes: TaskWish[] = []
  const operations: Partial<Operations> = {
    submit: async (wish) => {
      wishes.push(wish)
      const answer = (await submit?.(wish)) ?? { id: wish.id ?? '', repeated: false }
      return { sequence: 1, created_at: '2026-01-01T10:00:00.000Z', ...answer }
    },
  }
  const { sources: made } = createWebhooks({ config: ConfigSchema.parse(settings), env })
  const gateway = givenGateway({ surfaces: [webhookSurface({ sources: made })], operations, config: settings })
  const send = async (name: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) => {
    const answer = await gateway.app.request(`/hooks/${name}`, { method: 'POST', body, headers: { host: 'hooks.example.com', ...headers } })
    const told: Record<string, unknown> = await answer.json()
    return { status: answer.status, told }
  }
  return { ...gateway, wishes, send }
}

const fromGitHub = (body: string, event: string, delivery = 'delivery-1') => ({
  'content-type': 'application/json',
  'x-github-event': event,
  'x-github-delivery': delivery,
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
})
const opened = JSON.stringify({
  action: 'opened',
  issue: { title: ' The cart\nrounds down ', number: 7 },
  repository: { full_name: 'acme/shop' },
})

test('an event that a mapping is for makes its task, by configuration alone', async () => {
  const { send, wishes, callers } = given({ issues })
  const { status, told } = await send('issues', opened, fromGitHub(opened, 'issues'))
  assert.equal(status, 202)
  assert.equal(wishes.length, 1)
  const [{ id, key, ...wish }] = wishes as [TaskWish]
  assert.deepEqual(wish, {
    title: 'The cart rounds down',
    description: '(no words)',
    category: 'development',
    priority: 7,
    workflow: 'change',
    project: 'shop',
    dependsOn: [],
    callbackUrl: undefined,
    metadata: { number: '7', webhook: { source: 'issues', delivery: 'delivery-1', event: 'issues' } },
    source: 'webhook:issues',
  })
  assert.match(id ?? '', /^task-hook-issues-[A-Za-z0-9_-]{22}$/)
  assert.deepEqual(told, { task_ids: [id], items: [{ outcome: 'created', task_id: id }] })
  assert.deepEqual(callers, [{ name: 'webhook:issues', channel: 'webhook' }])
})

test('an event that no mapping is for is taken, makes nothing, and the answer says why', async () => {
  const { send, wishes } = given({ issues })
  const closed = opened.replace('opened', 'closed')
  const { status, told } = await send('issues', closed, fromGitHub(closed, 'issues'))
  assert.equal(status, 200)
  assert.match(JSON.stringify(told), /ignored.*action is \\"closed\\"/)
  assert.equal(wishes.length, 0)
})

test('a ping is answered, and only a signed one', async () => {
  const { send, wishes } = given({ issues })
  const ping = '{"zen":"Keep it logically awesome."}'
  assert.deepEqual(await send('issues', ping, fromGitHub(ping, 'ping')), { status: 200, told: { pong: true } })
  assert.equal((await send('issues', `${ping} `, fromGitHub(ping, 'ping'))).status, 401)
  assert.equal(wishes.length, 0)
})

test('the same delivery is the same task whenever it comes, and another delivery is another', async () => {
  const { send, wishes } = given({ issues })
  const ids = async (delivery: string) => (await send('issues', opened, fromGitHub(opened, 'issues', delivery))).told['task_ids']
  const first = await ids('delivery-1')
  assert.deepEqual(await ids('delivery-1'), first)
  assert.notDeepEqual(await ids('delivery-2'), first)
  assert.deepEqual(new Set(wishes.map(({ key }) => key)).size, 1, 'a body that comes under another id, which is not signed, keeps its key')
})

test('two sources with the same delivery id make two tasks', async () => {
  const { send } = given({ one: issues, two: issues })
  const [one, two] = await Promise.all(['one', 'two'].map((name) => send(name, opened, fromGitHub(opened, 'issues'))))
  assert.notDeepEqual(one?.told['task_ids'], two?.told['task_ids'])
})

test('GitHub may send its events as a form', async () => {
  const { send, wishes } = given({ issues })
  const form = new URLSearchParams({ payload: opened }).toString()
  const headers = { ...fromGitHub(form, 'issues'), 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await send('issues', form, headers)).status, 202)
  assert.equal(wishes[0]?.title, 'The cart rounds down')
  const wrongType = { ...fromGitHub(opened, 'issues'), 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await send('issues', opened, wrongType)).status, 202, 'JSON that a sender calls a form is JSON')
})

test('a forged delivery and one for a source that is not there tell nothing, and are counted', async () => {
  const { send, wishes, refusals, logged } = given({ issues })
  const forged = await send('issues', opened, { ...fromGitHub(opened, 'issues'), 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })
  const unknown = await send('other', opened, fromGitHub(opened, 'issues'))
  assert.deepEqual([forged.status, unknown.status], [401, 404])
  assert.deepEqual(Object.keys(forged.told).sort(), Object.keys(unknown.told).sort())
  assert.equal(wishes.length, 0)
  assert.deepEqual(
    refusals.all().map(({ status, count }) => [status, count]),
    [
      [401, 1],
      [404, 1],
    ],
  )
  assert.doesNotMatch(JSON.stringify([forged, unknown, logged]), /secret|sha256|cart/)
})

test('a verified body that is no event is refused in words', async () => {
  const { send, wishes } = given({ plain })
  const bodies: [string | Uint8Array<ArrayBuffer>, RegExp][] = [
    ['', /no JSON/],
    ['{"title":', /no JSON/],
    [opened.slice(0, -3), /no JSON/],
    [new Uint8Array([0x22, 0xff, 0x22]), /not in UTF-8/],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested more than 100/],
    [`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, /nested more than 100/],
    [`"${'\\"'.repeat(400_000)}`, /no JSON/],
    ['{"title":"  "}', /title is needed/],
    ['null', /title is needed/],
    ['[]', /title is needed/],
  ]
  const refuse = async () => {
    throw new RequestFault(400, ['title: a title is needed'])
  }
  const empty = given({ plain }, refuse)
  for (const [body, words] of bodies) {
    const { status, told } = await (words.source.includes('title') ? empty : { send }).send('plain', body, TOKEN)
    assert.equal(status, 400, String(body).slice(0, 40))
    assert.match(JSON.stringify(told), words)
  }
  assert.equal(wishes.length, 0)
})

test('a body of more than a mebibyte is refused before it is looked at, whether it says its length or not', async () => {
  const { send, wishes } = given({ plain })
  const long = JSON.stringify({ title: 'x'.repeat(1_100_000) })
  assert.equal((await send('plain', long, { ...TOKEN, 'content-length': String(long.length) })).status, 413)
  assert.equal((await send('plain', long, { ...TOKEN, 'transfer-encoding': 'chunked' })).status, 413)
  assert.equal(wishes.length, 0)
})

test('members with odd names are members like others: the last of two counts, and __proto__ leads nowhere', async () => {
  const { send, wishes } = given({ plain })
  const odd = '{"title":"first","title":"second","__proto__":{"after":"task-1","title":"third"},"constructor":{"prototype":{"after":"x"}}}'
  assert.equal((await send('plain', odd, TOKEN)).status, 202)
  assert.deepEqual([wishes[0]?.title, wishes[0]?.dependsOn], ['second', []])
  assert.equal(Object.hasOwn(Object.prototype, 'after'), false)
})

test('long, broken and controlling texts are cut and cleaned so that the door takes them', async () => {
  const { send, wishes } = given({
    plain: { ...plain, tasks: [{ title: '{{title}}', description: '{{text}}', metadata: { m: '{{text}}' } }] },
  })
  await send('plain', JSON.stringify({ title: `a\u0000b\ud800 ${'é'.repeat(600)}`, text: '😀'.repeat(20_000) }), TOKEN)
  const [wish] = wishes
  assert.ok(wish)
  assert.ok(wish.title.startsWith('ab\ufffd é') && wish.title.endsWith('…') && Buffer.byteLength(wish.title) <= 500)
  assert.ok(wish.description?.isWellFormed() && Buffer.byteLength(wish.description) <= 40_000 && wish.description.length > 19_000)
  assert.ok(Buffer.byteLength(JSON.stringify(wish)) < 56 * 1024)
})

const alert = (name: string, more: Record<string, unknown> = {}) => ({
  status: 'firing',
  labels: { alertname: name, severity: 'warning' },
  annotations: { summary: `${name} is high`, description: 'look at it' },
  startsAt: '2026-01-01T10:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example.com/graph',
  fingerprint: `fingerprint of ${name}`,
  ...more,
})

test('each firing alert of one notification is a task of its own; resolved ones are ignored', async () => {
  const { send, wishes } = given({ alerts })
  const body = {
    version: '4',
    status: 'firing',
    receiver: 'cortex',
    alerts: [alert('CPU'), alert('Disk'), alert('Old', { status: 'resolved' })],
  }
  const { status, told } = await send('alerts', JSON.stringify(body), TOKEN)
  assert.equal(status, 202)
  assert.deepEqual(
    wishes.map(({ title, priority, category }) => [title, priority, category]),
    [
      ['CPU: CPU is high', 3, 'infrastructure'],
      ['Disk: Disk is high', 3, 'infrastructure'],
    ],
  )
  assert.match(wishes[0]?.description ?? '', /^look at it\n\nLabels: \{"alertname":"CPU".*\nSince: 2026-01-01T10:00:00Z/)
  assert.match(JSON.stringify(told), /"ignored","why":"no mapping is for it: status is \\"resolved\\""/)
})

test('an alert that fires on is the same task, in whatever company; one that begins again is another', async () => {
  const { send, wishes } = given({ alerts })
  const notify = async (...list: unknown[]) => {
    await send('alerts', JSON.stringify({ alerts: list }), TOKEN)
    return wishes.splice(0).map(({ id }) => id)
  }
  const [cpu, disk] = await notify(alert('CPU'), alert('Disk'))
  assert.notEqual(cpu, disk)
  assert.deepEqual(await notify(alert('Disk', { annotations: { summary: 'higher' } }), alert('CPU')), [disk, cpu])
  assert.notEqual((await notify(alert('CPU', { startsAt: '2026-01-01T11:00:00Z' })))[0], cpu)
  const nameless = await notify(alert('A', { fingerprint: undefined }), alert('B', { fingerprint: undefined }))
  assert.equal(new Set(nameless).size, 2, 'without a fingerprint the body and the place in it tell alerts apart')
})

test('an alert whose words changed is the task that it was, which is no fault of the sender', async () => {
  const { send, logged } = given({ alerts }, async (wish) => {
    if (wish.title.startsWith('CPU')) throw new RequestFault(409, ['task-hook-alerts-x is another task already'])
    return { id: wish.id ?? '', repeated: true }
  })
  const { status, told } = await send('alerts', JSON.stringify({ alerts: [alert('CPU'), alert('Disk')] }), TOKEN)
  assert.equal(status, 202)
  assert.match(JSON.stringify(told), /"differs","why":"task-hook-alerts-x is another.*"repeated"/)
  assert.match(logged.at(-1)?.line ?? '', /another task already/)
  assert.equal((await send('alerts', JSON.stringify({ alerts: [alert('CPU')] }), TOKEN)).status, 200)
})

test('a sender that repeats an id with other content is told by the status; what may be tried again is a fault of the whole', async () => {
  const answering = (code: number) =>
    given({ plain }, async () => {
      throw new RequestFault(code, ['so it is'], { retryAfterMs: 3000 })
    }).send('plain', '{"title":"x"}', { ...TOKEN, 'x-id': '1' })
  assert.deepEqual((await answering(409)).status, 409)
  assert.deepEqual((await answering(400)).status, 400)
  assert.deepEqual((await answering(503)).status, 503)
})

test('a list that is not there, or is too long, is refused', async () => {
  const { send, wishes } = given({ alerts })
  assert.equal((await send('alerts', '{"alert":[]}', TOKEN)).status, 400)
  const many = Array.from({ length: 501 }, (_, index) => ({ status: 'firing', fingerprint: `${index}` }))
  assert.equal((await send('alerts', JSON.stringify({ alerts: many }), TOKEN)).status, 413)
  assert.equal((await send('alerts', '{"alerts":[]}', TOKEN)).status, 200)
  assert.equal(wishes.length, 0)
})

test('a callback URL is taken from an event only where the mapping says so', async () => {
  const { send, wishes } = given({ issues, plain })
  const run = JSON.stringify({
    workflow_run: { name: 'build', callback: 'https://ci.example.com/done' },
    callbackUrl: 'https://evil.example.com',
  })
  await send('issues', run, fromGitHub(run, 'workflow_run'))
  await send(
    'plain',
    JSON.stringify({ title: 'x', callbackUrl: 'https://evil.example.com', callback_url: 'https://evil.example.com' }),
    TOKEN,
  )
  assert.deepEqual(
    wishes.map(({ callbackUrl }) => callbackUrl),
    ['https://ci.example.com/done', undefined],
  )
})

test("Grafana's alerts come in the same shape, signed with their time", async () => {
  const settings = { kind: 'alertmanager', signed: 'hmac', secret_env: 'SECRET', header: 'X-Grafana-Alerting-Signature' }
  const timed = { timestamp_header: 'X-Grafana-Alerting-Timestamp', content: '{{timestamp}}:{{body}}' }
  const { send, wishes } = given({ alerts: { ...settings, ...timed } })
  const body = JSON.stringify({
    receiver: 'cortex',
    orgId: 1,
    state: 'alerting',
    alerts: [alert('CPU', { values: { A: 97 }, silenceURL: 'x' })],
  })
  const signed = (seconds: number) => ({
    'x-grafana-alerting-timestamp': String(seconds),
    'x-grafana-alerting-signature': createHmac('sha256', SECRET).update(`${seconds}:${body}`).digest('hex'),
  })
  const now = Math.floor(Date.now() / 1000)
  assert.equal((await send('alerts', body, signed(now))).status, 202)
  assert.equal((await send('alerts', body, signed(now - 400))).status, 400)
  assert.equal((await send('alerts', body, { ...signed(now), 'x-grafana-alerting-timestamp': String(now + 1) })).status, 401)
  assert.deepEqual(
    wishes.map(({ title }) => title),
    ['CPU: CPU is high'],
  )
})
