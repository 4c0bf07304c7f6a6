import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { chatStep, step } from '../../../../bus/next-steps.ts'
import { type ChatScene, givenChat } from '../../../support/chat-platforms/chat-scene.ts'
import { type Recorded, type RecordedServer, type Reply, recordedServer } from '../../../support/chat-platforms/recorded-server.ts'

const given = async (
  platform: string,
  env: Record<string, string>,
  answer: (call: Recorded) => Reply,
  settings: Record<string, unknown> = {},
): Promise<ChatScene & { api: RecordedServer }> => {
  await using stack = new AsyncDisposableStack()
  const api = stack.use(await recordedServer(answer))
  const scene = stack.use(await givenChat({ [platform]: { api_url: api.url, ...settings } }, env))
  const all = stack.move()
  return { ...scene, api, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const TELEGRAM = { TELEGRAM_BOT_TOKEN: '42:of-a-test', TELEGRAM_WEBHOOK_SECRET: 'secret_of_a_test' }
const telegram = (settings: Record<string, unknown> = {}) =>
  given(
    'telegram',
    TELEGRAM,
    ({ path }) =>
      path.endsWith('/getMe')
        ? { body: { ok: true, result: { id: 42, is_bot: true, first_name: 'Cortex', username: 'cortex' } } }
        : { body: { ok: true, result: { message_id: 9, date: 1, chat: { id: -100, type: 'supergroup' }, text: 'x' } } },
    settings,
  )
const update = (text: string, update_id = 7) => ({
  update_id,
  message: {
    message_id: 5,
    date: Math.floor(Date.now() / 1000),
    chat: { id: -100, type: 'supergroup', title: 'room' },
    from: { id: 1001, is_bot: false, first_name: 'Ada', username: 'ada' },
    text,
    entities: [{ type: 'mention', offset: 0, length: '@cortex'.length }],
  },
})
const byTelegram = (body: unknown, secret = TELEGRAM.TELEGRAM_WEBHOOK_SECRET) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
})

test('Telegram: a mention becomes tasks, once; a wrong secret does not', async () => {
  await using scene = await telegram()
  assert.equal((await scene.gateway.ask('/chat/telegram', byTelegram(update('@cortex fix it'), 'guessed'))).status, 401)
  assert.deepEqual(scene.door.submitted, [])
  for (const id of [7, 7, 8])
    assert.equal((await scene.gateway.ask('/chat/telegram', byTelegram(update('@cortex 1) a 2) b', id)))).status, 200)
  assert.deepEqual(
    scene.door.submitted.map(({ title }) => title),
    ['a', 'b'],
  )
  assert.equal(scene.gateway.callers[0]?.name, 'telegram:1001 (ada)')
})

test('Telegram: what failed is taken when it is delivered again', async () => {
  await using scene = await telegram()
  scene.door.fault = new Error('the bus is away')
  assert.equal((await scene.gateway.ask('/chat/telegram', byTelegram(update('@cortex fix it')))).status, 503)
  scene.door.fault = undefined
  assert.equal((await scene.gateway.ask('/chat/telegram', byTelegram(update('@cortex fix it')))).status, 200)
  assert.equal(scene.door.submitted.length, 1)
})

test("Telegram: a card's buttons fit, and a press decides", async () => {
  await using scene = await telegram({ people: ['1001'] })
  const plan = { task: `task-${'x'.repeat(120)}`, planHash: 'a'.repeat(64) }
  const place = { platform: 'telegram', thread: 'telegram:-100', signal: AbortSignal.timeout(5000) }
  await scene.chat.post({ ...place, body: { title: 'Plan', text: 'one step', buttons: ['approve', 'reject'], plan } })
  const posted = await scene.api.until(({ body }) => JSON.stringify(body).includes('callback_data'), 'card')
  const data = /"callback_data":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(posted.body))?.[1] ?? ''
  const pressed = {
    update_id: 11,
    callback_query: {
      id: '77',
      from: { id: 1001, is_bot: false, first_name: 'Ada', username: 'ada' },
      message: { message_id: 9, date: 1, chat: { id: -100, type: 'supergroup' } },
      chat_instance: '1',
      data: JSON.parse(`"${data}"`),
    },
  }
  assert.equal((await scene.gateway.ask('/chat/telegram', byTelegram(pressed))).status, 200)
  assert.deepEqual(scene.door.decided, [{ kind: 'approve', id: plan.task, planHash: plan.planHash }])
})

test('a step in a message is the word that the chat knows for it, else what is typed on the machine', async () => {
  await using scene = await telegram()
  const place = { platform: 'telegram', thread: 'telegram:-100', signal: AbortSignal.timeout(5000) }
  const text = `nobody decided (says "cortex up"); \`${chatStep('retry task-1')}\` plans again. It gave up; \`${step('dead')}\` shows it`
  await scene.chat.post({ ...place, body: { text } })
  const { body } = await scene.api.until((request) => JSON.stringify(request.body).includes('gave up'), 'message')
  assert.match(JSON.stringify(body), /says ..cortex up...; `retry task-1` plans again.*`here cortex dead` shows it/)
})

const GITHUB = { GITHUB_TOKEN: 'ghp_of_a_test', GITHUB_WEBHOOK_SECRET: 'secret of a test' }
const github = () =>
  given('github', GITHUB, ({ path }) => ({
    body: path === '/user' ? { id: 42, login: 'cortex' } : { id: 99, body: 'x', user: { id: 42, login: 'cortex' } },
  }))
const comment = (body: string, association = 'MEMBER', id = 501) => ({
  action: 'created',
  issue: { number: 3, title: 'It fails' },
  comment: {
    id,
    body,
    author_association: association,
    user: { id: 7, login: 'ada', type: 'User' },
    created_at: new Date().toISOString(),
    updated_at: new Date().toISOString(),
    html_url: 'https://github.com/team/api/issues/3',
  },
  repository: { id: 1, name: 'api', full_name: 'team/api', owner: { id: 2, login: 'team', type: 'Organization' } },
  sender: { id: 7, login: 'ada', type: 'User' },
})
const byGithub = (payload: unknown, more: { secret?: string; delivery?: string } = {}) => {
  const body = JSON.stringify(payload)
  const signature = createHmac('sha256', more.secret ?? GITHUB.GITHUB_WEBHOOK_SECRET)
    .update(body)
    .digest('hex')
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': more.delivery ?? 'a-delivery',
      'x-hub-signature-256': `sha256=${signature}`,
    },
  }
}

test('GitHub: a comment of a member that mentions us becomes tasks, once, whatever the delivery is called', async () => {
  await using scene = await github()
  const payload = comment('@cortex please\n- a\n- b')
  assert.equal((await scene.gateway.ask('/chat/github', byGithub(payload, { secret: 'guessed' }))).status, 401)
  for (const delivery of ['one', 'one', 'two'])
    assert.equal((await scene.gateway.ask('/chat/github', byGithub(payload, { delivery }))).status, 200)
  assert.deepEqual(
    scene.door.submitted.map(({ title }) => title),
    ['a', 'b'],
  )
})

test('GitHub: a stranger gets no task, and is told why', async () => {
  await using scene = await github()
  assert.equal((await scene.gateway.ask('/chat/github', byGithub(comment('@cortex fix it', 'NONE')))).status, 200)
  assert.deepEqual(scene.door.submitted, [])
  const told = await scene.api.until(({ path }) => path.endsWith('/comments'), 'comment of ours')
  assert.match(String(told.body['body']), /may not ask for tasks/)
})

test('GitHub: a comment of long ago is played again in vain', async () => {
  await using scene = await github()
  const old = comment('@cortex fix it')
  old.comment.created_at = '2020-01-01T00:00:00Z'
  assert.equal((await scene.gateway.ask('/chat/github', byGithub(old))).status, 200)
  assert.deepEqual(scene.door.submitted, [])
})

test('Teams: nobody is heard without a token that Microsoft signed', async () => {
  const env = {
    TEAMS_APP_ID: '11111111-1111-1111-1111-111111111111',
    TEAMS_APP_PASSWORD: 'of a test',
    TEAMS_TENANT_ID: '22222222-2222-2222-2222-222222222222',
  }
  await using scene = await given('teams', env, () => ({ status: 404, body: {} }))
  const activity = {
    type: 'message',
    id: '1',
    timestamp: new Date().toISOString(),
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    channelId: 'msteams',
    from: { id: '29:ada', name: 'Ada' },
    conversation: { id: '19:room@thread.tacv2;messageid=1' },
    recipient: { id: '28:bot', name: 'cortex' },
    text: '<at>cortex</at> fix it',
  }
  const strangers: Record<string, string>[] = [{}, { authorization: 'Bearer made.up.token' }]
  for (const headers of strangers) {
    const answer = await scene.gateway.ask('/chat/teams', {
      method: 'POST',
      body: JSON.stringify(activity),
      headers: { 'content-type': 'application/json', ...headers },
    })
    assert.ok(answer.status === 401 || answer.status === 403, `status ${answer.status}`)
  }
  assert.deepEqual(scene.door.submitted, [])
})
