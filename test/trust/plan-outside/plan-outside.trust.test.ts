import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { customAgent, planJson } from '../../support/custom-agent.ts'
import { runMainJob, told } from '../../support/main-job.ts'
import { git, makeRepository, temporaryFolder } from '../../support/temporary.ts'

const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
const good = planJson('Replace hello with goodbye.')
const outside = planJson('Replace hello with goodbye.', '../../.bashrc')
const vague = JSON.stringify({ ...JSON.parse(good), acceptance_criteria: ['It works.'] })

const done = async (...plans: string[]) => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const planner = customAgent(path.join(folder.path, 'planner.json'), {
    plan: plans.map((say) => ({ say })),
    implement: [{ write: { 'greeting.txt': 'goodbye\n', 'notes.txt': 'nobody planned this\n' } }],
  })
  const yes = customAgent(path.join(folder.path, 'yes.json'), { review: [{ say: JSON.stringify({ approved: true, findings: [] }) }] })
  const { task: end, facts } = await runMainJob({
    repository,
    task,
    project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] },
    config: { agents: { planner: planner.config, yes: yes.config } },
  })
  const types = facts.map(({ type }) => type)
  return {
    ...{ end, facts, types, second: planner.prompt('plan', 2) ?? '', review: yes.prompt('review') ?? '' },
    branches: await git(repository, 'branch', '--list', 'cortex/*'),
  }
}

test('a plan that leads out of the repository is shown to nobody: its planner is told, and plans again', async () => {
  const { end, facts, second, types } = await done(outside, good)
  assert.equal(end.phase, 'completed', told(facts))
  assert.match(second, /files_to_modify\.0: "\.\.\/\.\.\/\.bashrc" leads out of the repository/)
  assert.equal(types.filter((type) => type === 'gate.opened').length, 1)
  assert.ok(types.indexOf('plan.refused') < types.indexOf('gate.opened'))
})

test('a planner that will not name paths and criteria of worth ends with a person, and nobody has written code', async () => {
  const { end, types, branches } = await done(outside, vague)
  assert.equal(end.phase, 'escalated')
  assert.match(end.end?.reason ?? '', /no usable plan: acceptance_criteria\.0: "It works\." says nothing/)
  assert.deepEqual([types.includes('gate.opened'), types.includes('code.started'), branches], [false, false, ''])
})

test('what an agent changes beside the plan is named to the reviewer, and to the person at the end', async () => {
  const { end, facts, review } = await done(good)
  assert.equal(end.phase, 'completed', told(facts))
  assert.match(review, /changed beside the plan: notes\.txt/)
  assert.deepEqual(end.outcome?.drift, { beside: ['notes.txt'], untouched: [] })
})
