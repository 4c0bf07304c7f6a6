import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { ADA, DISCORD_APP, DISCORD_ENV, discordMessage, fakeDiscord } from '../support/chat-platforms/fake-discord.ts'
import { BOT, fakeSlack, SLACK_ENV, signedBySlack, slackEvent } from '../support/chat-platforms/fake-slack.ts'
import { type Desk, openDesk, scriptedAgents } from '../support/command-line.ts'
import { until } from '../support/temporary.ts'

/** `cortex up` in a folder of its own; says where it listens. */
const up = async (desk: Desk): Promise<{ url: string; child: ChildProcess }> => {
  const going = desk.start(['up', '--json'], { ...SLACK_ENV, ...DISCORD_ENV })
  const { http } = JSON.parse(await going.line(/"http"/)) as { http: string }
  return { url: http, child: going.child }
}

const kill = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, 'close')
  child.kill('SIGKILL')
  await gone
}

const titlesAt = async (url: string): Promise<string[]> => {
  const { tasks } = (await (await fetch(`${url}/tasks`)).json()) as { tasks: { title: string }[] }
  return tasks.map(({ title }) => title).sort()
}

test('kill -9 right after the answer, at a mention and between a post and its record loses nothing and doubles nothing', async () => {
  await using slack = await fakeSlack()
  await using discord = await fakeDiscord()
  await using desk = await openDesk({ 'greeting.txt': 'hello\n' })
  await desk.configure(
    [
      '[projects.sample]\npath = "."\n[gateway]\nport = 0\n[nats]\nport = 0\nack_wait = "1s"\n[limits]\ntasks = 1\n',
      `[gateway.chat.slack]\napi_url = "${slack.apiUrl}"\nproject = "sample"\n`,
      `[gateway.chat.discord]\napi_url = "${discord.url}"\npeople = ["${ADA}"]\nproject = "sample"\n`,
      scriptedAgents,
    ].join(''),
  )
  slack.trouble = { kind: 'mute', path: 'chat.postMessage' }
  const first = await up(desk)
  await discord.gateway.ready(1)
  const request = signedBySlack(slackEvent({ text: `<@${BOT}> 1) Apples 2) Pears 3) Plums` }))
  const send = async (url: string): Promise<number> => (await fetch(`${url}/chat/slack`, request)).status
  assert.equal(await send(first.url), 200)
  discord.gateway.say('MESSAGE_CREATE', discordMessage(`<@${DISCORD_APP}> Cherries`))
  await kill(first.child)

  const second = await up(desk)
  assert.equal(await send(second.url), 200, 'the platform delivers it again')
  const posted = await slack.until(({ path }) => path.endsWith('chat.postMessage'), 'post')
  assert.match(String(posted.body['markdown_text'] ?? posted.body['text']), /tasks/)
  await kill(second.child)

  slack.trouble = undefined
  const third = await up(desk)
  assert.equal(await send(third.url), 200, 'and again')
  await until(() => slack.calls.some(({ path, body }) => path.endsWith('chat.update') && body['ts'] === slack.messages[0]?.ts))
  await until(() => discord.messages.some(({ content }) => /Cherries/.test(content)))
  assert.deepEqual(await titlesAt(third.url), ['Apples', 'Cherries', 'Pears', 'Plums'])
  const lists = slack.messages.filter(({ text }) => /\*\*3 tasks\*\*/.test(text))
  assert.equal(lists.length, 1, 'the message whose record was lost is found and edited')
  assert.equal(discord.messages.filter(({ content }) => /1 task\*\*/.test(content)).length, 1)
})
