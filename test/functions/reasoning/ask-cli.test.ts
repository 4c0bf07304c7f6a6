import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgentRun } from '../../../functions/ports.ts'
import askCli from '../../../functions/reasoning/ask-cli.ts'
import { BASE, cancelled, created, fact, HEAD, planning, requested, reviewing, usage } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { agentFailed, agentSaid, gitProblem, gitWith } from '../../support/stubs.ts'

type Question = Parameters<typeof requested>[0]
const asked = (more: Question = {}) => fact('cli.asked', { ...requested(more).data, job: 'job-1', lane: 'cli' })

test('the agent is asked with the prompt in a worktree it only reads, and its answer is kept', async () => {
  const git = gitWith()
  const runs: AgentRun[] = []
  const run = async (one: AgentRun) => {
    runs.push(one)
    one.onLine?.('thinking')
    return agentSaid('the plan', { model: 'm1' })
  }
  const result = given(planning())
    .when(asked(), { services: { git, agents: { run } } })
    .of(askCli)
  await result.then('plan.answered', {
    job: 'job-1',
    lane: 'cli',
    agent: 'claude',
    model: 'm1',
    answer: blobOf('the plan'),
    log: blobOf('log: the plan'),
    usage,
  })
  assert.deepEqual([git.opened, git.closed, git.adopted], [[`ask ${BASE}`], [`ask ${BASE}`], []])
  assert.deepEqual([runs[0]?.role, runs[0]?.prompt, runs[0]?.timeoutMs, typeof runs[0]?.schema], ['plan', 'plan this', 300_000, 'object'])
  assert.deepEqual((await result.outcome()).lines, ['agent: thinking'])
})

test('a reviewer sees the head, which comes as a bundle', async () => {
  const git = gitWith()
  await given(reviewing())
    .when(asked({ purpose: 'review', schema: 'verdict', workspace: { project: 'shop', sha: HEAD, bundle: blobOf('a bundle') } }), {
      services: { git, agents: { run: async () => agentSaid('{}') } },
    })
    .of(askCli)
    .then('review.answered')
  assert.deepEqual([git.adopted, git.opened], [[HEAD], [`ask ${HEAD}`]])
})

test('an answer that the command line has parsed itself is taken as it is', () =>
  given(planning())
    .when(asked(), {
      services: { git: gitWith(), agents: { run: async () => agentSaid('some prose', { structured: { approved: false } }) } },
    })
    .of(askCli)
    .then('plan.answered', { answer: blobOf('{"approved":false}') }))

test('a question without a workspace opens none', () =>
  given(created({ project: undefined }))
    .when(asked({ purpose: 'answer', workspace: undefined, schema: undefined }), {
      services: { git: {}, agents: { run: async () => agentSaid('42') } },
    })
    .of(askCli)
    .then('answer.answered', { answer: blobOf('42') }))

for (const [cls, retryable] of [
  ['retryable', true],
  ['timeout', true],
  ['permanent', false],
  ['missing', false],
  ['bad_output', false],
] as const)
  test(`an agent that fails as ${cls} has not answered, and ${retryable ? 'may' : 'may not'} be asked again`, () =>
    given(planning())
      .when(asked(), { services: { git: gitWith(), agents: { run: async () => agentFailed({ class: cls, reason: 'it said why' }) } } })
      .of(askCli)
      .then('plan.unanswered', { code: cls, retryable, reason: 'it said why', usage, request: { purpose: 'plan', retries: 0 } }))

test('a reader that wrote into the worktree is not believed', () =>
  given(reviewing())
    .when(asked({ purpose: 'review' }), {
      services: { git: gitWith({ isDirty: async () => true }), agents: { run: async () => agentSaid('{"approved": true}') } },
    })
    .of(askCli)
    .then('review.unanswered', { code: 'permanent', retryable: false, reason: /changed files/ }))

test('a repository that cannot be used is silence in words', () =>
  given(planning())
    .when(asked(), { services: { git: gitWith({ worktree: () => Promise.reject(gitProblem('no such commit')) }) } })
    .of(askCli)
    .then('plan.unanswered', { code: 'infrastructure', reason: 'no such commit', retryable: false }))

test('any other error is tried again, and the worktree is closed', async () => {
  const git = gitWith()
  await given(planning())
    .when(asked(), { services: { git, agents: { run: () => Promise.reject(new Error('broken')) } } })
    .of(askCli)
    .thenThrows(/broken/)
  assert.equal(git.closed.length, 1)
})

test('no agent is asked for a task that has ended', () => given(planning(), cancelled()).when(asked()).of(askCli).thenEnded())
