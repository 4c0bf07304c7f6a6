import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { Fact } from '../../domain/fact.ts'
import { customAgent } from '../support/custom-agent.ts'
import { type MainJob, startMainJob, told } from '../support/main-job.ts'
import { startScriptedCompletions } from '../support/scripted-openai.ts'
import { temporaryFolder } from '../support/temporary.ts'

const QUESTION = 'Which of the two designs is simpler?'
const scripts = [{ when: QUESTION, turns: [{ say: 'The second one: it has no cache.' }] }]

interface Setting {
  agents?: Record<string, unknown>
  lanes?: Record<string, unknown>
  budget?: Record<string, unknown>
}

/** A system that need not know any repository, with an endpoint of ours in `[lanes.api]` where `lanes` says so. */
const start = async (t: TestContext, { agents = {}, lanes = {}, ...more }: Setting): Promise<MainJob> => {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  const job = await startMainJob({ repository: path.join(folder.path, 'none'), config: { projects: {}, agents, lanes, ...more } })
  t.after(() => job[Symbol.asyncDispose]())
  return job
}

const endpoint = async (t: TestContext) => {
  const model = await startScriptedCompletions(scripts)
  t.after(() => model[Symbol.asyncDispose]())
  return { model, api: { url: `${model.url}/v1`, model: 'scripted-1', input_usd_per_mtok: 10, output_usd_per_mtok: 50 } }
}

let asked = 0
const question = (job: MainJob): string => {
  const id = `task-question-${asked++}`
  job.publish('task.created', { id, title: QUESTION, workflow: 'answer' })
  return id
}

const types = (facts: readonly Fact[]): string[] => facts.map(({ type }) => type)

describe('a question', { concurrency: 3 }, () => {
  test('a question is answered by an agent on the command line, without repository, plan or gate', async (t) => {
    const job = await start(t, { agents: { alder: { preset: 'scripted' } } })
    const id = question(job)
    const end = await job.ended(id)
    const facts = await job.facts(id)
    assert.equal(end.phase, 'completed', told(facts))
    assert.match(end.outcome?.answer ?? '', /Scripted answer.*Which of the two designs/s)
    assert.equal(end.outcome?.branch, undefined)
    const wanted = ['task.created', 'task.routed', 'task.started', 'reasoning.requested', 'cli.asked', 'answer.answered', 'task.completed']
    assert.deepEqual(types(facts), wanted)
  })

  test('over an endpoint the result is its answer, and the tokens and the cost are those it reported', async (t) => {
    const { model, api } = await endpoint(t)
    const job = await start(t, { lanes: { api } })
    const id = question(job)
    const { outcome, usage } = await job.ended(id)
    assert.equal(outcome?.answer, 'The second one: it has no cache.', told(await job.facts(id)))
    const tokens = { inputTokens: 90, outputTokens: 20, cacheReadTokens: 10, cacheWriteTokens: 0 }
    for (const counted of [usage, outcome?.usage]) {
      assert.deepEqual({ ...counted, costUsd: undefined }, { ...tokens, costUsd: undefined })
      assert.ok(Math.abs((counted?.costUsd ?? 0) - 0.002) < 1e-9, `${counted?.costUsd} USD`)
    }
    const answered = await job.until('answer.answered', id)
    assert.deepEqual([answered.data.lane, answered.data.model], ['api', 'scripted-1'])
    assert.equal(model.requests.length, 1)
  })

  test('lanes.purpose decides the lane before the order does', async (t) => {
    const { api } = await endpoint(t)
    const agents = { alder: { preset: 'scripted' } }
    const fixed = await start(t, { agents, lanes: { api, purpose: { answer: 'api' } } })
    const id = question(fixed)
    assert.equal((await fixed.ended(id)).outcome?.answer, 'The second one: it has no cache.')
    const free = await start(t, { agents, lanes: { api } })
    const other = question(free)
    assert.match((await free.ended(other)).outcome?.answer ?? '', /Scripted answer/)
  })

  test('an endpoint that fails for a moment is asked again', async (t) => {
    const { model, api } = await endpoint(t)
    const job = await start(t, { lanes: { api } })
    model.failNext(1, 503)
    const id = question(job)
    assert.equal((await job.ended(id)).outcome?.answer, 'The second one: it has no cache.', told(await job.facts(id)))
    const silence = await job.until('answer.unanswered', id)
    assert.deepEqual([silence.data.code, silence.data.retryable], ['retryable', true])
    assert.match(silence.data.reason, /answered 503: scripted failure/)
    assert.equal(model.requests.length, 2)
  })

  test('an endpoint that refuses us gives the question to the other lane', async (t) => {
    const { model, api } = await endpoint(t)
    const job = await start(t, { agents: { alder: { preset: 'scripted' } }, lanes: { api, purpose: { answer: 'api' } } })
    model.failNext(9, 401)
    const id = question(job)
    assert.match((await job.ended(id)).outcome?.answer ?? '', /Scripted answer/, told(await job.facts(id)))
    assert.deepEqual(
      (await job.facts(id)).map(({ type }) => type).filter((type) => type.endsWith('.asked')),
      ['api.asked', 'cli.asked'],
    )
    assert.equal(model.requests.length, 1)
  })

  test('when no lane is left the task is escalated with the reason and a person hears of it', async (t) => {
    const { model, api } = await endpoint(t)
    const job = await start(t, { lanes: { api } })
    model.failNext(9, 401)
    const id = question(job)
    const { phase, end } = await job.ended(id)
    assert.equal(phase, 'escalated', told(await job.facts(id)))
    assert.match(end?.reason ?? '', /gave no answer.*answered 401.*Check the key that lanes\.api\.key_env names/s)
    await job.until('notification.sent', id)
  })

  test('an answer of nothing is escalated in words', async (t) => {
    const folder = await temporaryFolder()
    t.after(() => folder[Symbol.asyncDispose]())
    const silent = customAgent(path.join(folder.path, 'silent.json'), { answer: [{ say: ' ' }] })
    const mute = await start(t, { agents: { mute: silent.config } })
    const { phase, end } = await mute.ended(question(mute))
    assert.equal(phase, 'escalated')
    assert.match(end?.reason ?? '', /without a result we can read/)
  })
})
