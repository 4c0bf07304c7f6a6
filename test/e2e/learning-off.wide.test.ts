import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { learnerIdFor } from '../../domain/learner.ts'
import { quiet } from '../support/bus.ts'
import { customAgent, planJson } from '../support/custom-agent.ts'
import { given, task } from '../support/fault-scene.ts'
import { ask, startMainJob, told } from '../support/main-job.ts'
import { startNats } from '../support/nats.ts'
import { natsServerForTests } from '../support/tools.ts'

const answer = JSON.stringify({
  lessons: [
    {
      ...{ category: 'rule', summary: 'A greeting says goodbye.', detail: 'Say goodbye in greeting.txt.', labels: [] },
      ...{ file_paths: ['greeting.txt'], evidence: [{ piece: 'P1', quote: 'say goodbye' }] },
    },
  ],
})

test('switched off, learning leaves no fact and no row, and prompts are byte for byte those of a system that knows no lesson', async () => {
  await using setting = await given()
  await using nats = await startNats(natsServerForTests())
  const bus = await connectBus({ url: nats.url, name: 'test', log: quiet })
  await using _ = { [Symbol.asyncDispose]: () => bus.close() }
  const planner = customAgent(setting.file('planner.json'), {
    plan: [{ say: planJson('say goodbye in the greeting') }],
    answer: [{ say: answer }],
  })
  const writer = customAgent(setting.file('writer.json'), { implement: [{ write: { 'greeting.txt': 'goodbye\n' } }] })
  const reviewer = customAgent(setting.file('reviewer.json'), { review: [{ say: '{"approved":true,"findings":[]}' }] })
  const start = (enabled: boolean) =>
    startMainJob(
      setting.options({
        natsUrl: nats.url,
        env: { CORTEX_SEAL_KEY: 'k'.repeat(64) },
        config: {
          agents: { planner: planner.config, writer: writer.config, reviewer: reviewer.config },
          masters: { default: { planner: 'planner', implementer: 'writer', reviewer: 'reviewer' } },
          ...{ gate: { automatic: true }, dod: { check_base: false }, chum: { enabled } },
        },
      }),
    )
  const learning = async () => (await readAll(bus, 'EVENTS', ['lesson.*.*', 'learner.*.*', 'learning.*.*'])).map(({ subject }) => subject)
  {
    await using on = await start(true)
    const first = ask(on, task)
    await on.until('learner.ended', learnerIdFor(first, 0))
    assert.equal((await on.ended(first)).phase, 'completed', told(await on.facts(first)))
  }
  const before = await learning()
  await using off = await start(false)
  const second = ask(off, task)
  assert.equal((await off.ended(second)).phase, 'completed', told(await off.facts(second)))
  await off.system.views.caughtUp((await off.facts(second)).at(-1)?.sequence ?? 0)
  assert.deepEqual(await learning(), before)
  const rows = await off.system.views.lessons.search({ text: '', limit: 9 })
  assert.deepEqual(
    rows.map(({ summary, applied, confirmed }) => [summary, applied, confirmed]),
    [['A greeting says goodbye.', 0, 0]],
  )
  for (const [agent, role] of [
    [planner, 'plan'],
    [writer, 'implement'],
    [reviewer, 'review'],
  ] as const) {
    assert.ok(agent.prompt(role, 1), role)
    assert.equal(agent.prompt(role, 2), agent.prompt(role, 1), role)
  }
  assert.equal(planner.prompt('answer', 2), undefined)
})
