import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ADA,
  buttonsIn,
  DISCORD_APP,
  DISCORD_ENV,
  discordClick,
  discordMessage,
  type FakeDiscord,
  fakeDiscord,
} from '../support/chat-platforms/fake-discord.ts'
import { BOT, type FakeSlack, fakeSlack, SLACK_ENV, signedBySlack, slackEvent } from '../support/chat-platforms/fake-slack.ts'
import { type MainJob, startMainJob } from '../support/main-job.ts'
import { sampleRepository } from '../support/sample.ts'
import { temporaryFolder, until } from '../support/temporary.ts'

interface Scene extends AsyncDisposable {
  readonly job: MainJob
  readonly discord: FakeDiscord
  readonly slack: FakeSlack
}

const given = async (): Promise<Scene> => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const discord = stack.use(await fakeDiscord())
  const slack = stack.use(await fakeSlack())
  const chat = {
    discord: { api_url: discord.url, people: [ADA], project: 'sample' },
    slack: { api_url: slack.apiUrl, project: 'sample' },
  }
  const job = stack.use(
    await startMainJob({
      repository: await sampleRepository(folder.path),
      config: { gateway: { chat } },
      env: { ...DISCORD_ENV, ...SLACK_ENV },
      project: { dod: ['true'] },
    }),
  )
  await discord.gateway.ready(1)
  const all = stack.move()
  return { job, discord, slack, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const says = ({ messages }: FakeDiscord, words: RegExp): boolean =>
  messages.some(({ content, embeds }) => words.test(`${content} ${JSON.stringify(embeds)}`))

test('a mention on Discord leads to done, over a lost connection: a thread, one status, a plan that is approved by its button', async () => {
  await using scene = await given()
  const { discord, job } = scene
  for (const line of discord.gateway.lines) line.cut()
  await until(() => discord.gateway.lines.size === 0)
  const message = discordMessage(`<@${DISCORD_APP}> Create \`one.txt\` with \`one\`.`)
  discord.gateway.say('MESSAGE_CREATE', message)
  await until(() => says(discord, /Plan: Create/))
  assert.deepEqual([...new Set(discord.messages.map(({ channel }) => channel))], [message.id], 'all in the thread of the message')
  discord.gateway.say('INTERACTION_CREATE', discordClick(discord.messages.at(-1)?.id ?? '', buttonsIn(discord)[0] ?? ''))
  await until(() => says(discord, /1 task\*\*: done/))
  // The card and the status are edited each by its own facts, in no order that is promised.
  await until(() => says(discord, new RegExp(`approved by discord:${ADA}`)))
  await until(() => discord.messages.length >= 3)
  const [status, card, word] = discord.messages
  assert.match(String(status?.content), /1 task/)
  assert.match(JSON.stringify(card?.embeds), /Plan: Create/)
  assert.deepEqual([word?.content.slice(0, 12), discord.messages.length], ['You approved', 3], 'all else is edited')
  const system = (await (await fetch(`${job.httpUrl}/system`)).text()).replace(/\s+/g, ' ')
  assert.match(system, /Chat on discord.*listening/)
})

test('a platform that hangs holds up no other one', async () => {
  await using scene = await given()
  const { discord, slack, job } = scene
  slack.trouble = { kind: 'hang', path: 'chat.postMessage' }
  const request = signedBySlack(slackEvent({ text: `<@${BOT}> Create \`one.txt\` with \`one\`.` }))
  assert.equal((await fetch(`${job.httpUrl}/chat/slack`, request)).status, 200)
  const hung = () => slack.calls.filter(({ path }) => path.endsWith('chat.postMessage')).length
  await until(() => hung() === 1)
  discord.gateway.say('MESSAGE_CREATE', discordMessage(`<@${DISCORD_APP}> Create \`two.txt\` with \`two\`.`))
  await until(() => says(discord, /1 task/))
  assert.equal(hung(), 1, 'the one that hangs is not even tried again yet')
})
