import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { type ChatScene, givenChat } from '../../../support/chat-platforms/chat-scene.ts'
import {
  ADA,
  CHANNEL,
  DISCORD_ENV,
  discordClick,
  discordCommand,
  discordId,
  EVE,
  type FakeDiscord,
  fakeDiscord,
  signedByDiscord,
} from '../../../support/chat-platforms/fake-discord.ts'

const given = async (): Promise<ChatScene & { discord: FakeDiscord }> => {
  await using stack = new AsyncDisposableStack()
  const discord = stack.use(await fakeDiscord())
  const scene = stack.use(await givenChat({ discord: { api_url: discord.url, people: [ADA] } }, DISCORD_ENV))
  const all = stack.move()
  return { ...scene, discord, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

test('the ping is answered', async () => {
  await using scene = await given()
  const answer = await scene.gateway.ask('/chat/discord', signedByDiscord({ id: discordId(), type: 1 }))
  assert.deepEqual([answer.status, await answer.json()], [200, { type: 1 }])
  assert.ok(answer.headers.get('x-request-id'), "the SDK's own answer")
})

test('a wrong or missing signature, and one of another time, is refused', async () => {
  await using scene = await given()
  const command = discordCommand('fix it')
  const right = signedByDiscord(command)
  const { privateKey } = generateKeyPairSync('ed25519')
  const refused = [
    signedByDiscord(command, { key: privateKey }),
    signedByDiscord(command, { at: new Date(Date.now() - 301_000) }),
    { ...right, body: right.body.replace('fix it', 'fix me') },
    { ...right, headers: { 'content-type': 'application/json' } },
    { method: 'POST', body: '{"type":"GATEWAY_MESSAGE_CREATE"}', headers: { 'x-discord-gateway-token': 'guessed' } },
  ]
  for (const request of refused) assert.equal((await scene.gateway.ask('/chat/discord', request)).status, 401)
  assert.deepEqual(scene.door.submitted, [])
})

test('a command is a durable task before Discord gets its answer, which is for the person alone', async () => {
  await using scene = await given()
  const id = discordId(Date.now() - 1000)
  const request = signedByDiscord(discordCommand('1) a 2) b', ADA, id))
  const answer = await scene.gateway.ask('/chat/discord', request)
  assert.deepEqual([answer.status, await answer.json()], [200, { type: 5, data: { flags: 64 } }])
  assert.deepEqual(
    scene.door.submitted.map(({ title }) => title),
    ['a', 'b'],
  )
  assert.equal(scene.gateway.callers[0]?.name, `discord:${ADA} (ada)`)
  const told = await scene.discord.until(({ path }) => path.includes('/messages/@original'), 'answer to the command')
  assert.match(String(told.body['content']), /Taken/)
  assert.equal((await scene.gateway.ask('/chat/discord', request)).status, 200)
  assert.equal(scene.door.submitted.length, 2, 'the same request again')
})

test('a command that cannot be taken is told so by 503', async () => {
  await using scene = await given()
  scene.door.fault = new RequestFault(503, ['the bus is away'])
  assert.equal((await scene.gateway.ask('/chat/discord', signedByDiscord(discordCommand('fix it')))).status, 503)
})

test("a message that Discord's listener forwards is a mention, for who proves himself", async () => {
  await using scene = await given()
  const event = {
    type: 'GATEWAY_MESSAGE_CREATE',
    timestamp: Date.now(),
    data: {
      id: discordId(),
      channel_id: CHANNEL,
      guild_id: '700000000000000001',
      channel_type: 0,
      content: `<@${DISCORD_ENV.DISCORD_APPLICATION_ID}> - a\n- b`,
      timestamp: new Date().toISOString(),
      author: { id: ADA, username: 'ada', bot: false },
      mentions: [{ id: DISCORD_ENV.DISCORD_APPLICATION_ID, username: 'cortex' }],
      attachments: [],
    },
  }
  const request = { method: 'POST', body: JSON.stringify(event), headers: { 'x-discord-gateway-token': DISCORD_ENV.DISCORD_BOT_TOKEN } }
  scene.door.fault = new RequestFault(503, ['the bus is away'])
  assert.equal((await scene.gateway.ask('/chat/discord', request)).status, 503, 'although the adapter swallows it')
  scene.door.fault = undefined
  assert.equal((await scene.gateway.ask('/chat/discord', request)).status, 200)
  assert.equal((await scene.gateway.ask('/chat/discord', request)).status, 200)
  assert.deepEqual(
    scene.door.submitted.map(({ title }) => title),
    ['a', 'b'],
  )
})

const card = async ({ chat, discord }: ChatScene & { discord: FakeDiscord }) => {
  const id = await chat.post({
    platform: 'discord',
    thread: `discord:700000000000000001:${CHANNEL}`,
    signal: AbortSignal.timeout(5000),
    body: {
      title: 'Plan: fix it',
      text: 'one step',
      buttons: ['approve', 'reject'],
      plan: { task: `task-${'x'.repeat(120)}`, planHash: 'a'.repeat(64) },
    },
  })
  const buttons = discord.messages.flatMap(({ components }) =>
    components.flatMap((row) => (row as { components: { custom_id: string; label: string }[] }).components),
  )
  return { id, customId: (label: string) => buttons.find((button) => button.label === label)?.custom_id ?? '' }
}

test('a button decides about the plan of its card, however long its id is', async () => {
  await using scene = await given()
  const { id, customId } = await card(scene)
  const click = signedByDiscord(discordClick(id, customId('Reject')))
  const answer = await scene.gateway.ask('/chat/discord', click)
  assert.deepEqual([answer.status, await answer.json()], [200, { type: 6 }])
  await scene.gateway.ask('/chat/discord', click)
  assert.deepEqual(scene.door.decided, [{ kind: 'reject', id: `task-${'x'.repeat(120)}`, planHash: 'a'.repeat(64) }])
})

test('a button of somebody else decides nothing', async () => {
  await using scene = await given()
  const { id, customId } = await card(scene)
  await scene.gateway.ask('/chat/discord', signedByDiscord(discordClick(id, customId('Approve'), EVE)))
  await scene.discord.until(({ body }) => /may not decide/.test(String(body['content'])), 'word to the person')
  assert.deepEqual(scene.door.decided, [])
})

test('patience that Discord asks for is kept', async () => {
  await using scene = await given()
  scene.discord.limited = 1
  const body = { text: 'hello' }
  const place = { platform: 'discord', thread: `discord:700000000000000001:${CHANNEL}`, signal: AbortSignal.timeout(5000) }
  await assert.rejects(scene.chat.post({ ...place, body }), { name: 'RetryAfter', delayMs: 1000 })
  const message = await scene.chat.post({ ...place, body })
  assert.equal(await scene.chat.edit({ ...place, message, body: { text: 'bye' } }), true)
  assert.equal(await scene.chat.edit({ ...place, message: '999', body }), false, 'it is gone')
})
