import assert from 'node:assert/strict'
import { test } from 'node:test'
import draftPlan from '../../../functions/planning/draft-plan.ts'
import {
  atTheGate,
  BASE,
  baseBroken,
  baseChecked,
  cancelled,
  created,
  drafted,
  escalated,
  opened,
  planning,
  questioned,
  refused,
  retried,
  routed,
  started,
} from '../../support/facts.ts'
import { given, type Result } from '../../support/given.ts'
import { gitProblem } from '../../support/stubs.ts'

const git = { resolve: async () => ({ baseSha: BASE, branch: 'main', warnings: [] }), files: async () => ['README.md', 'src/cart.js'] }
const services = { git }
const promptOf = async (run: Result): Promise<string> => (await run.outcome()).textOf('prompt')

test('the planner is asked in a workspace at the base, with task and tree', async () => {
  const run = given(created({ description: 'It drifts.' }), routed(), started())
    .when(baseChecked(), { services })
    .of(draftPlan)
  await run.then('reasoning.requested', {
    purpose: 'plan',
    agent: 'claude',
    schema: 'plan',
    timeoutMs: 300_000,
    workspace: { project: 'shop', sha: BASE },
  })
  for (const part of ['Fix the total', 'It drifts.', 'src/cart.js']) assert.ok((await promptOf(run)).includes(part), part)
})

test('what a person should know of the repository is shown and kept', async () => {
  const warnings = ['uncommitted changes are left out']
  const run = given(created(), routed(), started())
    .when(baseChecked(), { services: { git: { ...git, resolve: async () => ({ baseSha: BASE, branch: 'main', warnings }) } } })
    .of(draftPlan)
  await run.then('reasoning.requested', { warnings })
  assert.deepEqual((await run.outcome()).lines, ['warning: uncommitted changes are left out'])
})

test('after a refused answer the planner hears every fault, once', async () => {
  const run = given(planning()).when(refused('steps: a plan needs steps', 'summary: missing'), { services }).of(draftPlan)
  await run.then('reasoning.requested')
  for (const part of ['- steps: a plan needs steps', '- summary: missing', 'no plan at all'])
    assert.ok((await promptOf(run)).includes(part), part)
})

test('a planner that twice gives no plan needs a person', () =>
  given(planning(), refused('no JSON'))
    .when(refused('still no JSON'), { services })
    .of(draftPlan)
    .then('task.escalated', { class: 'bad_output', reason: 'the planner claude gave no usable plan: still no JSON' }))

test('a person’s wishes are planned on the same commit, with the plan so far', async () => {
  const moved = { ...git, resolve: async () => ({ baseSha: 'd'.repeat(40), branch: 'main', warnings: [] }) }
  const run = given(atTheGate())
    .when(questioned('use integers'), { services: { git: moved } })
    .of(draftPlan)
  await run.then('reasoning.requested', { workspace: { sha: BASE } })
  for (const part of ['use integers', 'Round the total to whole cents.']) assert.ok((await promptOf(run)).includes(part), part)
})

test('wishes give the planner a new repair round', () =>
  given(planning(), refused('no JSON'), drafted(), opened())
    .when(questioned('use integers'), { services })
    .of(draftPlan)
    .then('reasoning.requested'))

test('the planner of a broken base is told what fails there', async () => {
  const run = given(created(), routed(), started()).when(baseBroken(), { services }).of(draftPlan)
  await run.then('reasoning.requested')
  for (const part of ['the base is broken: `npm test` ended with 1', 'expected 3, got 2', 'The task is done only when'])
    assert.ok((await promptOf(run)).includes(part), part)
})

test('where no person will see the plan, a broken base and one that could not be tried go to a person first', async () => {
  const next = 'Nobody was asked yet: mend it and `cortex retry task-1`, or let the task do that: `cortex retry task-1 --mend-base`'
  const waiting = [created(), routed({ gate: 'automatic' }), started()]
  await given(waiting)
    .when(baseBroken())
    .of(draftPlan)
    .then('task.escalated', {
      class: 'base_broken',
      reason: `the base is broken: \`npm test\` ended with 1. ${next}`,
      findings: [{ from: 'dod' }],
    })
  await given(waiting)
    .when(baseChecked({ outcome: 'unknown', class: 'timeout', reason: 'it hangs.' }))
    .of(draftPlan)
    .then('task.escalated', { class: 'timeout', reason: `it hangs. ${next}` })
  await given(waiting)
    .when(baseChecked({ outcome: 'unknown', class: 'infrastructure', reason: `${'x'.repeat(900)}. Nothing was judged.` }))
    .of(draftPlan)
    .then('task.escalated', { reason: `${'x'.repeat(400)}... ${next}` })
  await given(waiting).when(baseChecked(), { services }).of(draftPlan).then('reasoning.requested')
})

test('a task that shall mend the base goes on, whether it was created or opened again so', async () => {
  const automatic = routed({ gate: 'automatic' })
  const mending = given(created({ mendBase: true }), automatic, started())
    .when(baseBroken(), { services })
    .of(draftPlan)
  await mending.then('reasoning.requested')
  assert.ok((await promptOf(mending)).includes('is the purpose of the task'))
  await given(created(), automatic, started(), baseBroken(), escalated(), retried('', { mendBase: true }), automatic, started())
    .when(baseBroken(), { services })
    .of(draftPlan)
    .then('reasoning.requested')
})

test('a repository that cannot be used needs a person', () =>
  given(created(), routed(), started())
    .when(baseChecked(), { services: { git: { ...git, resolve: () => Promise.reject(gitProblem('it has no commits')) } } })
    .of(draftPlan)
    .then('task.escalated', { class: 'infrastructure', reason: 'it has no commits' }))

test('any other error is tried again', () =>
  given(created(), routed(), started())
    .when(baseChecked(), { services: { git: { ...git, resolve: () => Promise.reject(new Error('broken')) } } })
    .of(draftPlan)
    .thenThrows(/broken/))

test('a plan without a project needs a person', () =>
  given(created(), routed({ project: undefined }), started())
    .when(baseChecked())
    .of(draftPlan)
    .then('task.escalated', { reason: 'a plan needs a project' }))

test('a task that has ended is not planned', () => given(created(), routed(), cancelled()).when(baseChecked()).of(draftPlan).thenEnded())
