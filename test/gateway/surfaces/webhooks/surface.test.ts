import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import type { TaskWish } from '../../../../gateway/services/task-wish.ts'
import { fromGitHub, given, issues, opened, plain, TOKEN } from './webhook-setting.ts'

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

test('a sender that repeats an id with other content is told by the status; what may be tried again is a fault of the whole', async () => {
  const answering = (code: number) =>
    given({ plain }, async () => {
      throw new RequestFault(code, ['so it is'], { retryAfterMs: 3000 })
    }).send('plain', '{"title":"x"}', { ...TOKEN, 'x-id': '1' })
  assert.deepEqual((await answering(409)).status, 409)
  assert.deepEqual((await answering(400)).status, 400)
  assert.deepEqual((await answering(503)).status, 503)
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
