import assert from 'node:assert/strict'
import { test } from 'node:test'
import checkPlan, { readPlan } from '../../../functions/planning/check-plan.ts'
import { answered, atTheGate, cancelled, plan, planHash, planning, questioned } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'

/** A project with these filters. */
const filtering = (filters: Readonly<Record<string, string>> = {}) => ({
  services: {
    git: {
      filters: async ({ files }: { files: readonly string[] }) => new Map(Object.entries(filters).filter(([file]) => files.includes(file))),
    },
  },
})

test('a complete plan is drafted, and its hash is over the stored bytes', async () => {
  const run = given(planning())
    .when(answered('plan', `Here it is:\n${JSON.stringify(plan)}`), filtering({ 'other.key': 'crypt' }))
    .of(checkPlan)
  await run.then('plan.drafted', { planHash, revision: 1, summary: plan.summary, steps: 1, criteria: 1, plan: { sha256: planHash } })
  const { textOf } = await run.outcome()
  assert.deepEqual(JSON.parse(await textOf('plan')), plan)
})

test('a plan after a person’s wishes is the next revision', () =>
  given(atTheGate(), questioned('why'))
    .when(answered('plan', JSON.stringify(plan)), filtering())
    .of(checkPlan)
    .then('plan.drafted', { revision: 2 }))

test('an answer without a plan is refused with its answer', () =>
  given(planning())
    .when(answered('plan', 'I cannot.'))
    .of(checkPlan)
    .then('plan.refused', { faults: ['the answer holds no JSON object'], answer: blobOf('I cannot.') }))

test('a plan that would write a file with a filter is refused before anybody works on it', () =>
  given(planning())
    .when(answered('plan', JSON.stringify({ ...plan, files_to_modify: ['src/cart.js', 'a.key'] })), filtering({ 'a.key': 'crypt' }))
    .of(checkPlan)
    .then('plan.refused', { faults: [/files_to_modify: git passes "a\.key" through the filter "crypt"/] }))

test('a plan on a commit that git cannot look at waits for a person', () => {
  const gone = Object.assign(new Error('Commit 1 is nowhere.'), { name: 'GitProblem' })
  return given(planning())
    .when(answered('plan', JSON.stringify(plan)), { services: { git: { filters: () => Promise.reject(gone) } } })
    .of(checkPlan)
    .then('task.escalated', { reason: 'Commit 1 is nowhere.', class: 'infrastructure' })
})

test('a task that has ended gets no plan', () =>
  given(planning(), cancelled())
    .when(answered('plan', JSON.stringify(plan)))
    .of(checkPlan)
    .thenEnded())

test('every fault of a plan is said at once', () => {
  const { plan: none, faults } = readPlan(
    JSON.stringify({ summary: ' ', steps: [], files_to_modify: [], acceptance_criteria: [], estimated_complexity: 'huge' }),
  )
  assert.equal(none, undefined)
  for (const word of [/^summary/, /a plan needs steps/, /names the files/, /needs acceptance criteria/, /^estimated_complexity/])
    assert.ok(
      faults.some((fault) => word.test(fault)),
      `${word} in ${faults.join('; ')}`,
    )
})

for (const key of ['summary', 'steps', 'files_to_modify', 'acceptance_criteria'])
  test(`a plan without ${key} is refused`, () => {
    const { [key]: _, ...rest } = plan as Record<string, unknown>
    assert.match(readPlan(JSON.stringify(rest)).faults.join(), new RegExp(`^${key}`))
  })

test('complexity and risk may be left out', () => {
  const { estimated_complexity: _, risk_assessment: __, ...rest } = plan
  assert.deepEqual(readPlan(JSON.stringify(rest)).plan?.estimated_complexity, 'medium')
})
