import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { type ChatScene, givenChat } from '../../../support/chat-platforms/chat-scene.ts'
import {
  ADA,
  buttonsIn,
  CHANNEL,
  DISCORD_APP,
  DISCORD_ENV,
  discordClick,
  discordCommand,
  discordMessage,
  type FakeDiscord,
  fakeDiscord,
  GUILD,
} from '../../../support/chat-platforms/fake-discord.ts'
import { until } from '../../../support/temporary.ts'

type Scene = ChatScene & { discord: FakeDiscord; titles(): string[] }

const given = async (prepare: (discord: FakeDiscord) => void = () => undefined, settings: object = {}, env = {}): Promise<Scene> => {
  await using stack = new AsyncDisposableStack()
  const discord = stack.use(await fakeDiscord())
  prepare(discord)
  const scene = stack.use(
    await givenChat({ discord: { api_url: discord.url, people: [ADA], ...settings } }, { ...DISCORD_ENV, ...env }, { timeoutMs: 5000 }),
  )
  const all = stack.move()
  const titles = (): string[] => scene.door.submitted.map(({ title }) => String(title))
  return { ...scene, discord, titles, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const mention = (text: string, more: Record<string, unknown> = {}) => discordMessage(`<@${DISCORD_APP}> ${text}`, more)
const hears = (scene: Scene, title: string): Promise<unknown> => until(() => scene.titles().includes(title))

describe('Discord’s Gateway', { concurrency: 4 }, () => {
  test('a mention in a channel becomes tasks in a thread of their own, once however often it comes', async () => {
    await using scene = await given()
    const { gateway } = scene.discord
    await gateway.ready(1)
    const message = mention('1) a 2) b')
    gateway.say('MESSAGE_CREATE', message)
    await hears(scene, 'b')
    gateway.say('MESSAGE_CREATE', message)
    gateway.say('MESSAGE_CREATE', mention('c'))
    await hears(scene, 'c')
    assert.deepEqual(scene.titles(), ['a', 'b', 'c'])
    const origin = scene.door.submitted[0]?.metadata?.['chat'] as { thread: string }
    assert.equal(origin.thread, `discord:${GUILD}:${CHANNEL}:${message.id}`)
    assert.equal(scene.gateway.callers[0]?.name, `discord:${ADA} (ada)`)
  })

  test('the same mention is the same tasks, in whichever thread it is found the next time', async () => {
    await using scene = await given()
    const { discord } = scene
    await discord.gateway.ready(1)
    const message = mention('a')
    discord.gateway.say('MESSAGE_CREATE', message)
    await hears(scene, 'a')
    discord.gateway.say('MESSAGE_CREATE', { ...message, channel_id: '800000000000000002' })
    discord.gateway.say('MESSAGE_CREATE', mention('b', { channel_id: '800000000000000002' }))
    await hears(scene, 'b')
    assert.deepEqual(scene.titles(), ['a', 'b'])
  })

  test('what was written while the connection was lost is heard when it is back, in the same session', async () => {
    await using scene = await given()
    const { gateway } = scene.discord
    await gateway.ready(1)
    for (const [index, lose] of [
      () => [...gateway.lines].map((line) => line.cut()),
      () => gateway.askForReconnect(),
      () => [...gateway.lines].map((line) => line.close(4900)),
    ].entries()) {
      lose()
      await until(() => gateway.lines.size === 0)
      gateway.say('MESSAGE_CREATE', mention(`meanwhile ${index}`))
      await hears(scene, `meanwhile ${index}`)
      await gateway.ready(index + 2)
    }
    assert.deepEqual(
      gateway.begun.map(({ kind, sessionId }) => [kind, sessionId]),
      [['identify', undefined], ...[1, 2, 3].map(() => ['resume', 'session-1'])],
    )
  })

  test('a session outlives that Discord cannot be reached for a while', async () => {
    await using scene = await given()
    const { gateway } = scene.discord
    await gateway.ready(1)
    await until(() => scene.chat.listeners().some(({ state }) => state === 'listening'))
    gateway.isReachable = false
    for (const line of gateway.lines) line.cut()
    await until(() => gateway.turnedAway > 0)
    gateway.say('MESSAGE_CREATE', mention('meanwhile'))
    gateway.isReachable = true
    await hears(scene, 'meanwhile')
    assert.deepEqual(
      gateway.begun.map(({ kind, sessionId }) => [kind, sessionId]),
      [
        ['identify', undefined],
        ['resume', 'session-1'],
      ],
    )
  })

  test('a session that Discord ended is begun anew', async () => {
    await using scene = await given()
    const { gateway } = scene.discord
    await gateway.ready(1)
    gateway.refusals = ['invalid']
    await until(() => scene.chat.listeners().some(({ state }) => state === 'listening'))
    gateway.askForReconnect()
    await gateway.ready(2)
    assert.deepEqual(
      gateway.begun.map(({ kind }) => kind),
      ['identify', 'resume', 'identify'],
    )
    gateway.say('MESSAGE_CREATE', mention('a'))
    await hears(scene, 'a')
  })

  test('a connection on which nobody answers is given up', async () => {
    await using scene = await given(({ gateway }) => {
      gateway.heartbeatMs = 150
      gateway.isAlive = false
    })
    const { gateway } = scene.discord
    await gateway.ready(2)
    assert.ok(gateway.heartbeats >= 1)
    assert.equal(gateway.begun[1]?.kind, 'resume')
  })

  test('one process listens; when it stops the other one goes on where it was', async () => {
    await using scene = await given()
    const { gateway } = scene.discord
    await gateway.ready(1)
    const other = scene.another()
    await until(() => scene.chat.listeners().some(({ state }) => state === 'standby'))
    assert.equal(gateway.begun.length, 1)
    scene.gateway.stopping.abort()
    await until(() => gateway.lines.size === 0)
    assert.deepEqual(gateway.closed, [4000], 'which keeps the session')
    gateway.say('MESSAGE_CREATE', mention('between'))
    await gateway.ready(2)
    assert.equal(gateway.begun[1]?.kind, 'resume')
    await hears(scene, 'between')
    assert.equal(other.callers[0]?.name, `discord:${ADA} (ada)`)
  })

  test('a message that cannot be taken yet is taken later, and those after it in order', async () => {
    await using scene = await given()
    const { gateway } = scene.discord
    await gateway.ready(1)
    scene.door.fault = new RequestFault(503, ['the bus is away'])
    gateway.say('MESSAGE_CREATE', mention('a'))
    gateway.say('MESSAGE_CREATE', mention('b'))
    await until(() => scene.gateway.logged.some(({ line }) => /could not be taken/.test(line)))
    scene.door.fault = undefined
    await hears(scene, 'b')
    assert.deepEqual(scene.titles(), ['a', 'b'])
  })

  test('who talks of other things is not heard: bots, an answer to us without a mention, news of a channel', async () => {
    await using scene = await given()
    const { gateway } = scene.discord
    await gateway.ready(1)
    gateway.say('MESSAGE_CREATE', mention('of a bot', { author: { id: '5', username: 'robot', bot: true } }))
    gateway.say('MESSAGE_CREATE', discordMessage('thanks', { type: 19, mentions: [{ id: DISCORD_APP, username: 'cortex' }] }))
    gateway.say('MESSAGE_CREATE', mention('pinned', { type: 6 }))
    gateway.say('MESSAGE_CREATE', discordMessage('what a day'))
    gateway.say('MESSAGE_CREATE', mention('for us'))
    await hears(scene, 'for us')
    assert.deepEqual(scene.titles(), ['for us'])
  })

  test('a command in a thread that is followed needs no mention', async () => {
    await using scene = await given()
    const { discord } = scene
    await discord.gateway.ready(1)
    const asked = mention('a')
    discord.gateway.say('MESSAGE_CREATE', asked)
    await hears(scene, 'a')
    await until(() => discord.threads.size === 1)
    discord.gateway.say('MESSAGE_CREATE', discordMessage('cancel 1', { channel_id: asked.id }))
    await until(() => scene.door.cancelled.length > 0)
    assert.deepEqual(scene.door.cancelled, [scene.door.submitted[0]?.id])
  })

  test('commands and buttons that come over the Gateway are done and answered', async () => {
    await using scene = await given()
    const { discord } = scene
    await discord.gateway.ready(1)
    const command = discordCommand('fix it')
    discord.gateway.say('INTERACTION_CREATE', command)
    const answer = await discord.until(({ path }) => path === `/interactions/${command.id}/${command.token}/callback`, 'answer')
    assert.deepEqual(answer.body, { type: 5, data: { flags: 64 } })
    assert.deepEqual(scene.titles(), ['fix it'])
    const place = { platform: 'discord', thread: `discord:${GUILD}:${CHANNEL}`, signal: AbortSignal.timeout(5000) }
    const plan = { task: 'task-1', planHash: 'a'.repeat(64) }
    const id = await scene.chat.post({ ...place, body: { title: 'Plan', text: 'one step', buttons: ['approve'], plan } })
    discord.gateway.say('INTERACTION_CREATE', discordClick(id, buttonsIn(discord)[0] ?? ''))
    await until(() => scene.door.decided.length > 0)
    assert.deepEqual(scene.door.decided, [{ kind: 'approve', id: 'task-1', planHash: 'a'.repeat(64) }])
  })

  test('the address for requests does not believe what only the listener may say', async () => {
    await using scene = await given()
    const forged = { 'x-signature-ed25519': '0'.repeat(128), 'x-signature-timestamp': String(Math.floor(Date.now() / 1000)) }
    const request = { method: 'POST', body: JSON.stringify(discordCommand('fix it')), headers: forged }
    assert.equal((await scene.gateway.ask('/chat/discord', request)).status, 401)
  })

  test('without the right to read all messages it still hears those that mention it, and says so', async () => {
    await using scene = await given(({ gateway }) => {
      gateway.refusals = [4014]
    })
    const { gateway } = scene.discord
    await gateway.ready(1)
    assert.deepEqual(
      gateway.begun.map(({ intents = 0 }) => (intents & (1 << 15)) !== 0),
      [true, false],
    )
    assert.ok(scene.gateway.logged.some(({ line }) => /Message Content Intent/.test(line)))
  })

  test('a token that Discord does not know is told in words, and the surface goes on', async () => {
    await using scene = await given(undefined, {}, { DISCORD_BOT_TOKEN: 'of-yesterday' })
    const away = () => scene.chat.listeners().find(({ state }) => state === 'away')
    await until(() => away() !== undefined)
    assert.match(away()?.reason ?? '', /4004.*bot_token_env/)
    assert.match(JSON.stringify(scene.gateway.logged), /not listened to for 300 s/)
    assert.equal((await scene.gateway.ask('/chat/discord', { method: 'POST', body: '{}' })).status, 401)
  })

  test('the commands are told to Discord at the start, and may say what a message says', async () => {
    await using scene = await given(undefined, { listen: false })
    const { body } = await scene.discord.until(({ method, path }) => method === 'PUT' && path.endsWith('/commands'), 'commands')
    const [cortex] = body as unknown as { name: string; options: { name: string }[] }[]
    assert.equal(cortex?.name, 'cortex')
    assert.deepEqual(
      cortex?.options.map(({ name }) => name),
      ['ask', 'create', 'status', 'priority', 'cancel', 'retry', 'help'],
    )
    assert.equal(scene.discord.gateway.begun.length, 0, 'it does not listen')
  })
})
