import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { customAgent, type Deed, planJson } from '../../support/custom-agent.ts'
import { runMainJob, told } from '../../support/main-job.ts'
import { makeRepository, temporaryFolder } from '../../support/temporary.ts'

const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
const approves = { say: JSON.stringify({ approved: true, findings: [] }) }
const goodbye = { write: { 'greeting.txt': 'goodbye\n' } }

/** One task whose implementer is first; `others` write, too. */
const done = async (first: Deed[], others: Record<string, Deed[]> = {}, more: object = {}) => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const agentOf = (name: string, deeds: Parameters<typeof customAgent>[1]) =>
    customAgent(path.join(folder.path, `${name}.json`), deeds).config
  const agents = {
    first: agentOf('first', { plan: [{ say: planJson('Replace hello with goodbye.') }], implement: first }),
    ...Object.fromEntries(Object.entries(others).map(([name, deeds]) => [name, agentOf(name, { implement: deeds })])),
    yes: agentOf('yes', { review: [approves] }),
  }
  const masters = { default: { planner: 'first', implementer: 'first', reviewer: 'yes' } }
  const project = { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] }
  const { task: end, facts } = await runMainJob({ repository, task, project, config: { agents, masters, ...more } })
  const rounds = facts.flatMap((fact) => (fact.type === 'attempt.started' ? [fact.data.attempt] : []))
  const failures = facts.flatMap((fact) => (fact.type === 'code.failed' ? [fact.data] : []))
  const waits = facts.flatMap((fact) => (fact.type === 'task.postponed' ? [fact.data] : []))
  return { end, facts, rounds, failures, waits }
}

test('a model that refuses is followed by another agent at once, and no attempt is lost', async () => {
  const { end, rounds, failures, waits, facts } = await done([{ fail: 'HTTP error: 429 Too Many Requests' }], { second: [goodbye] })
  assert.equal(end.phase, 'completed', told(facts))
  assert.deepEqual(
    [rounds.map(({ n, implementer }) => `${n} ${implementer}`), failures.map(({ class: cls }) => cls), waits],
    [['1 first', '1 second'], ['retryable'], []],
  )
  assert.equal(end.outcome?.attempts, 1)
})

test('the only one that writes is waited for as long as its model says, more often than the budget has rounds', async () => {
  const refusal = { fail: 'status: 529 overloaded, try again in 1s' }
  const { end, failures, waits, facts } = await done([refusal, refusal, refusal, refusal, goodbye], {}, { budget: { rounds: 2 } })
  assert.equal(end.phase, 'completed', told(facts))
  assert.equal(failures.length, 4)
  assert.equal(waits.length, 4)
  assert.match(waits[0]?.reason ?? '', /first is asked next; .*529 overloaded/)
  assert.equal(end.outcome?.attempts, 1)
})

test('a model that refuses for longer than the operator waits is told to a person as what it is', async () => {
  const { end } = await done([{ fail: '429 Too Many Requests, try again in 3 hours' }], {}, { limits: { model_wait: '2h' } })
  assert.equal(end.phase, 'escalated')
  assert.equal(end.end?.class, 'retryable')
  assert.match(end.end?.reason ?? '', /no model took it within 2h \(limits\.model_wait\): .*429 Too Many Requests/)
})
