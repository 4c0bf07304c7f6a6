import assert from 'node:assert/strict'
import { test } from 'node:test'
import { learnerIdFor } from '../../domain/learner.ts'
import { customAgent, planJson } from '../support/custom-agent.ts'
import { given, task } from '../support/fault-scene.ts'
import { ask, type MainJob, startMainJob, told } from '../support/main-job.ts'

const lessons = JSON.stringify({
  lessons: [
    {
      category: 'rule',
      summary: 'A greeting says goodbye.',
      detail: 'Whoever writes greeting.txt says goodbye in it.',
      file_paths: ['greeting.txt'],
      labels: ['greeting'],
      evidence: [{ piece: 'P1', quote: 'say goodbye' }],
    },
  ],
})

const asked = async ({ outsider }: MainJob, name: string, input: object) =>
  JSON.parse((await outsider.request(`cortex.${name}`, JSON.stringify(input), { timeout: 5000 })).string())

test('what the first task taught stands in the prompts of the second, and the first did not wait for it', async () => {
  await using setting = await given()
  const planner = customAgent(setting.file('planner.json'), {
    plan: [{ say: planJson('say goodbye in the greeting') }],
    answer: [{ say: lessons }],
  })
  const writer = customAgent(setting.file('writer.json'), { implement: [{ write: { 'greeting.txt': 'goodbye\n' } }] })
  const config = {
    agents: { planner: planner.config, writer: writer.config, birch: { preset: 'scripted' } },
    masters: { default: { planner: 'planner', implementer: 'writer', reviewer: 'birch' } },
    gate: { automatic: true },
    dod: { check_base: false },
    chum: { enabled: true },
  }
  await using job = await startMainJob(setting.options({ config }))
  const first = ask(job, task)
  const learned = await job.until('lesson.learned', first)
  assert.equal((await job.ended(first)).phase, 'completed', told(await job.facts(first)))
  const facts = await job.facts(first)
  const plan = facts.find(({ type }) => type === 'plan.drafted')
  assert.deepEqual(learned.data.evidence, [{ fact: plan?.id, kind: 'plan', quote: 'say goodbye' }])
  assert.match(planner.prompt('answer') ?? '', /<piece id="P1" about="the plan">/)
  assert.ok(!facts.some(({ type }) => type === 'lesson.applied'), 'nothing was known before it')
  const begun = await job.until('learner.started', learnerIdFor(first, 0))
  const passed = facts.find(({ type }) => type === 'dod.passed')
  assert.equal(begun.causedBy, passed?.id)

  const second = ask(job, { ...task, title: 'Say goodbye in the greeting, once more' })
  assert.equal((await job.ended(second)).phase, 'completed', told(await job.facts(second)))
  const uses = (await job.facts(second)).flatMap((fact) => (fact.type === 'lesson.applied' ? [fact.data] : []))
  assert.deepEqual(
    uses.map(({ use, lessons: [id] }) => [use, id]),
    ['plan', 'code', 'review'].map((use) => [use, learned.data.lesson]),
  )
  await job.system.views.caughtUp((await job.facts(second)).at(-1)?.sequence ?? 0)
  const { lessons: found } = await asked(job, 'lessons.search', { text: 'who says GOODBYE?' })
  assert.deepEqual(
    found.map(({ lesson, applied }: { lesson: string; applied: number }) => [lesson, applied]),
    [[learned.data.lesson, 3]],
  )
  const shown = await asked(job, 'lessons.show', { lesson: learned.data.lesson.slice(0, 12) })
  assert.deepEqual(
    shown.uses.map(({ task: where, use }: { task: string; use: string }) => [where, use]).toSorted(),
    ['code', 'plan', 'review'].map((use) => [second, use]),
  )
  for (const prompt of [planner.prompt('plan', 2), writer.prompt('implement', 2)])
    assert.match(prompt ?? '', /<lesson category="rule: a check could find it" files="greeting\.txt">\nA greeting says goodbye\./)
})
