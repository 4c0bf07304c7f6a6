import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { type ChatScene, givenChat } from '../../../support/chat-platforms/chat-scene.ts'
import {
  BOT,
  buttonsOf,
  type FakeSlack,
  fakeSlack,
  SLACK_ENV,
  SLACK_SECRET,
  signedBySlack,
  slackClick,
  slackEvent,
  slackSignature,
  slackTime,
} from '../../../support/chat-platforms/fake-slack.ts'

const given = async (more: { settings?: Record<string, unknown>; now?: () => Date } = {}): Promise<ChatScene & { slack: FakeSlack }> => {
  await using stack = new AsyncDisposableStack()
  const slack = stack.use(await fakeSlack())
  const settings = { slack: { api_url: slack.apiUrl, people: ['U0ADA0001'], ...more.settings } }
  const scene = stack.use(await givenChat(settings, SLACK_ENV, more))
  const all = stack.move()
  return { ...scene, slack, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const SIGNATURE = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'
const mention = (text: string): string => slackEvent({ text: `<@${BOT}> ${text}` })

test("the request of Slack's own documentation is taken at its time, and refused later", async (t) => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
  assert.equal(slackSignature('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body), SIGNATURE)
  await using scene = await given({ now: () => new Date(1_531_420_618_000) })
  const request = {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': SIGNATURE,
    },
  }
  assert.equal((await scene.gateway.ask('/chat/slack', request)).status, 401)
  t.mock.timers.enable({ apis: ['Date'], now: 1_531_420_618_000 })
  assert.equal((await scene.gateway.ask('/chat/slack', request)).status, 200)
  t.mock.timers.reset()
})

test('a mention is a durable task before Slack gets its answer', async () => {
  await using scene = await given()
  const { gateway, door } = scene
  const answer = await gateway.ask('/chat/slack', signedBySlack(mention('fix the failing build')))
  assert.equal(answer.status, 200)
  assert.deepEqual(
    door.submitted.map(({ title }) => title),
    ['fix the failing build'],
  )
  assert.deepEqual(gateway.callers, [{ name: 'slack:U0ADA0001 (ada)', channel: 'chat' }])
})

test('a list in a mention becomes several tasks, formatting and all', async () => {
  await using scene = await given()
  await scene.gateway.ask('/chat/slack', signedBySlack(mention('please\n• *fix* the cart\n• add `tests`')))
  assert.deepEqual(
    scene.door.submitted.map(({ title }) => title),
    ['fix the cart', 'add `tests`'],
  )
})

test('the challenge is echoed', async () => {
  await using scene = await given()
  const answer = await scene.gateway.ask('/chat/slack', signedBySlack(JSON.stringify({ type: 'url_verification', challenge: 'abc' })))
  assert.deepEqual([answer.status, await answer.json()], [200, { challenge: 'abc' }])
})

test('a wrong, missing, old or future signature is refused, and nothing happens', async () => {
  await using scene = await given()
  const body = mention('fix it')
  const right = signedBySlack(body)
  const refused = [
    signedBySlack(body, { secret: `${SLACK_SECRET}x` }),
    signedBySlack(body, { at: new Date(Date.now() - 301_000) }),
    signedBySlack(body, { at: new Date(Date.now() + 302_000) }),
    { ...right, body: body.replace('fix it', 'fix me') },
    { ...right, headers: { 'content-type': 'application/json' } },
    { ...right, headers: { ...right.headers, 'x-slack-signature': 'v0=zz' } },
    {
      method: 'POST',
      body: JSON.stringify({ eventType: 'events_api', body: JSON.parse(body) }),
      headers: { 'x-slack-socket-token': 'xoxb' },
    },
  ]
  for (const request of refused) assert.equal((await scene.gateway.ask('/chat/slack', request)).status, 401)
  assert.deepEqual(scene.door.submitted, [])
  assert.equal(scene.gateway.logged.length, refused.length)
  assert.ok(!JSON.stringify(scene.gateway.logged).includes('fix'))
})

test('what Slack delivers again, in whatever way, changes nothing', async () => {
  await using scene = await given()
  const ts = slackTime()
  const text = `<@${BOT}> - a\n- b`
  const events = [slackEvent({ text, ts }), slackEvent({ text, ts }), slackEvent({ text, ts, type: 'message' })]
  for (const [index, body] of events.entries())
    assert.equal(
      (await scene.gateway.ask('/chat/slack', signedBySlack(body, { headers: { 'x-slack-retry-num': String(index) } }))).status,
      200,
    )
  assert.equal(scene.door.submitted.length, 2)
})

test('two deliveries at once are one, also in two processes', async () => {
  await using scene = await given()
  const request = signedBySlack(mention('cancel task-1'))
  const other = scene.another()
  const answers = await Promise.all([scene.gateway, other, scene.gateway].map((gateway) => gateway.ask('/chat/slack', request)))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.deepEqual(scene.door.cancelled, ['task-1'])
})

test('what could not be taken is answered with 503, and taken when Slack delivers it again', async () => {
  await using scene = await given()
  const body = mention('fix it')
  scene.door.fault = new RequestFault(503, ['the bus is away'])
  assert.equal((await scene.gateway.ask('/chat/slack', signedBySlack(body))).status, 503)
  scene.door.fault = undefined
  const again = await scene.gateway.ask(
    '/chat/slack',
    signedBySlack(body, { headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_error' } }),
  )
  assert.equal(again.status, 200)
  assert.equal(scene.door.submitted.length, 1)
})

test('the same mention after all memory is lost gives the same task', async () => {
  const body = mention('fix it')
  const ids: unknown[] = []
  for (let round = 0; round < 2; round++) {
    await using scene = await given()
    await scene.gateway.ask('/chat/slack', signedBySlack(body))
    ids.push(scene.door.submitted[0]?.id)
  }
  assert.match(String(ids[0]), /^task-chat-\d{13}-[0-9a-z]{9}$/)
  assert.equal(ids[0], ids[1])
})

for (const kind of ['error', 'limit', 'hang'] as const)
  test(`a task is taken in time although Slack's own API is in trouble: ${kind}`, async () => {
    await using scene = await given()
    const { slack, gateway, door } = scene
    slack.trouble = { kind }
    const began = Date.now()
    const answer = await gateway.ask('/chat/slack', signedBySlack(mention('fix it')))
    assert.equal(answer.status, 200)
    assert.ok(Date.now() - began < 3000, `it took ${Date.now() - began} ms`)
    assert.deepEqual(
      door.submitted.map(({ title }) => title),
      ['fix it'],
    )
  })

test('a message of long ago is not heard, although it is signed now', async () => {
  await using scene = await given()
  const old = slackEvent({ text: `<@${BOT}> fix it`, ts: slackTime(-4 * 86_400_000) })
  assert.equal((await scene.gateway.ask('/chat/slack', signedBySlack(old))).status, 200)
  assert.deepEqual(scene.door.submitted, [])
})

test('bots, ourselves included, ask for nothing', async () => {
  await using scene = await given()
  for (const more of [{ user: BOT }, { bot_id: 'B0OTHER' }]) {
    const event = JSON.parse(mention('fix it'))
    Object.assign(event.event, more)
    assert.equal((await scene.gateway.ask('/chat/slack', signedBySlack(JSON.stringify(event)))).status, 200)
  }
  assert.deepEqual(scene.door.submitted, [])
})

test('in a followed thread commands need no mention, and talk is no task', async () => {
  await using scene = await given()
  const { gateway, door, slack } = scene
  const ts = slackTime()
  await gateway.ask('/chat/slack', signedBySlack(slackEvent({ text: `<@${BOT}> - a\n- b`, ts })))
  const say = (text: string, offset: number) =>
    gateway.ask('/chat/slack', signedBySlack(slackEvent({ text, ts: slackTime(offset), thread: ts, type: 'message' })))
  await say('thanks, that was quick', 1)
  await say('cancel 2 not needed', 2)
  assert.deepEqual(door.cancelled, [door.submitted[1]?.id])
  const told = await slack.until(({ path }) => path === '/api/chat.postMessage', 'answer')
  assert.deepEqual([told.body['channel'], told.body['thread_ts']], ['C0ROOM001', ts])
  assert.match(String(told.body['markdown_text']), /cancelled/)
  assert.equal(door.submitted.length, 2)
})

test('outside of followed threads nobody is heard without a mention', async () => {
  await using scene = await given()
  await scene.gateway.ask('/chat/slack', signedBySlack(slackEvent({ text: 'cancel task-1', type: 'message' })))
  assert.deepEqual(scene.door.cancelled, [])
})

/** A card in the room, as the thread's function posts it. */
const card = async ({ chat, slack }: ChatScene & { slack: FakeSlack }, plan = { task: 'task-1', planHash: 'a'.repeat(64) }) => {
  await chat.post({
    platform: 'slack',
    thread: 'slack:C0ROOM001:1700000000.000001',
    signal: AbortSignal.timeout(5000),
    body: { title: 'Plan: fix it', text: 'one step', buttons: ['approve', 'reject'], plan },
  })
  const message = slack.messages.at(-1)
  assert.ok(message)
  return { message, buttons: buttonsOf(message) }
}
const FORM = { contentType: 'application/x-www-form-urlencoded' }

test('a button decides about exactly the plan of its card, once', async () => {
  await using scene = await given()
  const { message, buttons } = await card(scene)
  const click = signedBySlack(slackClick(message, 'plan_approve', buttons['plan_approve'] ?? ''), FORM)
  assert.equal((await scene.gateway.ask('/chat/slack', click)).status, 200)
  assert.equal((await scene.gateway.ask('/chat/slack', click)).status, 200, 'the same request again')
  assert.deepEqual(scene.door.decided, [{ kind: 'approve', id: 'task-1', planHash: 'a'.repeat(64) }])
  const told = await scene.slack.until(({ path }) => path === '/api/chat.postEphemeral', 'word to the person')
  assert.equal(told.body['user'], 'U0ADA0001')
  assert.match(String(told.body['markdown_text']), /You approved plan aaaaaaaa/)
})

test('a button of somebody who may not decide decides nothing and says so', async () => {
  await using scene = await given()
  const { message, buttons } = await card(scene)
  await scene.gateway.ask('/chat/slack', signedBySlack(slackClick(message, 'plan_reject', buttons['plan_reject'] ?? '', 'U0EVE0001'), FORM))
  const told = await scene.slack.until(({ path }) => path === '/api/chat.postEphemeral', 'word to the person')
  assert.equal(told.body['user'], 'U0EVE0001')
  assert.match(String(told.body['markdown_text']), /may not decide/)
  assert.deepEqual(scene.door.decided, [])
})

test('a button of a plan that changed meanwhile says that it was refused', async () => {
  await using scene = await given()
  const { message, buttons } = await card(scene)
  scene.door.fault = new RequestFault(409, ['another plan waits by now'])
  const answer = await scene.gateway.ask(
    '/chat/slack',
    signedBySlack(slackClick(message, 'plan_approve', buttons['plan_approve'] ?? ''), FORM),
  )
  assert.equal(answer.status, 200)
  const told = await scene.slack.until(({ path }) => path === '/api/chat.postEphemeral', 'word to the person')
  assert.match(String(told.body['markdown_text']), /another plan waits by now/)
})

test('a button that nobody made decides nothing', async () => {
  await using scene = await given()
  const { message } = await card(scene)
  for (const value of ['', 'b'.repeat(24), `task-1 ${'a'.repeat(64)}`])
    await scene.gateway.ask('/chat/slack', signedBySlack(slackClick(message, 'plan_approve', value), FORM))
  assert.deepEqual(scene.door.decided, [])
})

test('a platform that is not switched on has no route', async () => {
  await using scene = await given()
  assert.equal((await scene.gateway.ask('/chat/telegram', { method: 'POST', body: '{}' })).status, 404)
})
