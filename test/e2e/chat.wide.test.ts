import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  BOT,
  buttonsOf,
  type FakeSlack,
  fakeSlack,
  SLACK_ENV,
  type SlackMessage,
  signedBySlack,
  slackClick,
  slackEvent,
  slackTime,
} from '../support/chat-platforms/fake-slack.ts'
import { ask, type MainJob, startMainJob } from '../support/main-job.ts'
import { TASK_PATIENCE_MS } from '../support/patience.ts'
import { sampleRepository } from '../support/sample.ts'
import { temporaryFolder, until } from '../support/temporary.ts'

interface Scene extends AsyncDisposable {
  readonly job: MainJob
  readonly slack: FakeSlack
  /** Sends what Slack sends, again as Slack does where it is told to, and expects that it is taken. */
  send(request: ReturnType<typeof signedBySlack>): Promise<void>
  /** Waits until a message of ours says this. */
  message(says: RegExp, withinMs?: number): Promise<SlackMessage>
}

const given = async (more: { project?: Record<string, unknown>; chat?: Record<string, unknown> } = {}): Promise<Scene> => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const slack = stack.use(await fakeSlack())
  const chat = { slack: { api_url: slack.apiUrl, people: ['U0ADA0001'], project: 'sample', ...more.chat } }
  const job = stack.use(
    await startMainJob({
      repository: await sampleRepository(folder.path),
      config: { gateway: { chat } },
      env: SLACK_ENV,
      project: { dod: ['true'], ...more.project },
    }),
  )
  const all = stack.move()
  return {
    job,
    slack,
    send: async (request) => {
      await until(async () => {
        const answer = await fetch(`${job.httpUrl}/chat/slack`, request)
        if (answer.status === 503) return false
        assert.equal(answer.status, 200, await answer.text())
        return true
      })
    },
    message: async (says, withinMs = TASK_PATIENCE_MS) => {
      const until = Date.now() + withinMs
      for (;;) {
        const found = slack.messages.find((message) => says.test(textOf(message)))
        if (found) return found
        if (Date.now() > until) throw new Error(`no message says ${says}; there are:\n${slack.messages.map(textOf).join('\n---\n')}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const textOf = ({ text, blocks }: SlackMessage): string => `${text}\n${JSON.stringify(blocks)}`
const FORM = { contentType: 'application/x-www-form-urlencoded' }
const mention = (text: string, ts = slackTime()) => signedBySlack(slackEvent({ text: `<@${BOT}> ${text}`, ts }))
const press = (card: SlackMessage, action: 'plan_approve' | 'plan_reject', user?: string) =>
  signedBySlack(slackClick(card, action, buttonsOf(card)[action] ?? '', user), FORM)

describe('a chat on Slack', { concurrency: 3 }, () => {
  test('a mention becomes tasks, their plans are cards, a press of the button leads to done, in one message that is edited', async () => {
    await using scene = await given()
    const { slack } = scene
    const ts = slackTime()
    const request = mention('1) Create `one.txt` with `one`. 2) Create `two.txt` with `two`.', ts)
    await scene.send(request)
    await scene.send(request)
    const status = await scene.message(/2 tasks/)
    assert.deepEqual([status.channel, status.thread_ts], ['C0ROOM001', ts])
    for (const name of ['one', 'two']) {
      const card = await scene.message(new RegExp(`Plan: Create \`${name}`))
      assert.deepEqual(Object.keys(buttonsOf(card)), ['plan_approve', 'plan_reject'])
      await scene.send(press(card, 'plan_approve'))
      await scene.message(new RegExp(`Plan: Create \`${name}[\\s\\S]*approved by slack:U0ADA0001`))
    }
    const done = await scene.message(/2 done/)
    assert.equal(done.ts, status.ts, 'the same message, edited')
    assert.deepEqual(slack.messages.filter(({ text }) => /tasks/.test(text)).length, 1, 'no flood')
    assert.equal(slack.messages.length, 3)
    assert.ok(!Object.keys(buttonsOf(await scene.message(/Plan: Create `one/))).length, 'a decided card has no buttons')
    const [id = ''] = /task-chat-\d+-[a-z0-9]{9}/.exec(done.text) ?? []
    const approval = await scene.job.until('plan.approved', id)
    assert.deepEqual([approval.data.by, approval.data.channel], ['slack:U0ADA0001 (ada)', 'chat'])
  })

  test('a card of another plan decides nothing about the one that waits, and nobody else decides', async () => {
    await using scene = await given()
    await scene.send(mention('Create `one.txt` with `one`.'))
    const card = await scene.message(/Plan: Create/)
    const [id = ''] = /task-chat-\d+-[a-z0-9]{9}/.exec(textOf(card)) ?? []
    await scene.send(press(card, 'plan_approve', 'U0EVE0001'))
    const whispered = (words: RegExp) =>
      scene.slack.until(({ path, body }) => path.endsWith('chat.postEphemeral') && words.test(String(body['markdown_text'])), String(words))
    await whispered(/may not decide/)
    await scene.job.system.services.chat.post({
      platform: 'slack',
      thread: 'slack:C0ROOM001:',
      signal: AbortSignal.timeout(5000),
      body: { title: 'An older plan', text: 'as it was', buttons: ['approve', 'reject'], plan: { task: id, planHash: 'f'.repeat(64) } },
    })
    await scene.send(press(await scene.message(/An older plan/), 'plan_approve'))
    await whispered(/was not decided/)
    assert.ok(!(await scene.job.facts(id)).some(({ type }) => type === 'plan.approved'))
    await scene.send(press(card, 'plan_reject'))
    await scene.message(/1 task\*\*: failed/)
  })

  test('an escalation calls people, and the platform in trouble loses nothing', async () => {
    await using scene = await given({ project: { dod: [['false']] } })
    scene.slack.trouble = { kind: 'error', path: 'chat.postMessage', times: 2 }
    await scene.send(mention('Create `one.txt` with `one`.'))
    await scene.send(press(await scene.message(/Plan: Create/), 'plan_approve'))
    const call = await scene.message(/<@U0ADA0001> 🚨/)
    assert.match(call.text, /needs a person/)
    await scene.message(/1 task\*\*: escalated/)
    assert.equal(scene.slack.messages.length, 3, scene.slack.messages.map(textOf).join('\n---\n'))
  })

  test('a message whose answer was lost is found again and edited, not posted twice', async () => {
    await using scene = await given()
    scene.slack.loseAnswerOf = 1
    await scene.send(mention('Create `one.txt` with `one`.'))
    const card = await scene.message(/Plan: Create/)
    await scene.send(press(card, 'plan_approve'))
    await scene.message(/1 task\*\*: done/)
    assert.equal(scene.slack.messages.length, 2, scene.slack.messages.map(textOf).join('\n---\n'))
  })

  test('a task from elsewhere asks for its approval in the room for this', async () => {
    await using scene = await given({ chat: { notify: 'C0ALERTS1:' } })
    const id = ask(scene.job, { title: 'Create a note', description: 'Create `one.txt` with `one`.' })
    const card = await scene.message(/Plan: Create a note/)
    assert.deepEqual([card.channel, card.thread_ts], ['C0ALERTS1', undefined])
    await scene.send(press(card, 'plan_approve'))
    assert.equal((await scene.job.ended(id)).phase, 'completed')
    await scene.message(/1 task\*\*: done/)
  })
})
