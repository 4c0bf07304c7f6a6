import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Blobs } from '../../../bus/blobs.ts'
import { notesOf } from '../../../domain/words/notes.ts'
import { shortList } from '../../../functions/execution/short-list.ts'
import writeCode from '../../../functions/execution/write-code.ts'
import type { AgentRun, Git } from '../../../functions/ports.ts'
import { outcomeOf } from '../../../functions/verification/outcome.ts'
import {
  attempt,
  BASE,
  cancelled,
  coding,
  created,
  dodFailed,
  fact,
  found,
  HEAD,
  passed,
  recheck,
  reviewing,
  round,
  scanned,
  usage,
  written,
} from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { blobOf, memoryBlobs } from '../../support/memory-blobs.ts'
import { agentFailed, agentSaid, gitProblem, gitWith } from '../../support/stubs.ts'

const diff = { text: '+ return Math.round(sum)', files: ['src/cart.js'] }
const aChange: Partial<Git> = { commit: async () => HEAD, diff: async () => diff, bundle: async () => new TextEncoder().encode('a bundle') }

test('the implementer gets task, plan and findings, and what it left travels as one commit', async () => {
  const git = gitWith(aChange)
  const asked: AgentRun[] = []
  const agents = {
    run: async (run: AgentRun) => {
      asked.push(run)
      run.onLine?.('editing src/cart.js')
      return agentSaid('rounded')
    },
  }
  const run = given(coding())
    .when(round({ n: 2, implementer: 'codex' }, [found('it rounds down')]), { services: { git, agents } })
    .of(writeCode)
  await run.thenRecords(['code.started', { agent: 'codex' }])
  await run.then('code.written', {
    headSha: HEAD,
    bundle: blobOf('a bundle', 'application/x-git-bundle'),
    diff: blobOf(diff.text, 'text/x-diff'),
    files: diff.files,
    exitCode: 0,
    usage,
  })
  const { lines } = await run.outcome()
  assert.deepEqual(lines, ['agent: editing src/cart.js'])
  assert.deepEqual([git.opened, git.closed], [[`code ${BASE}`], [`code ${BASE}`]])
  assert.deepEqual([asked[0]?.agent, asked[0]?.role, asked[0]?.timeoutMs], ['codex', 'implement', 900_000])
  for (const part of ['Fix the total', 'total() gives whole cents', 'it rounds down']) assert.ok(asked[0]?.prompt.includes(part), part)
})

test('what it touched beside the plan stands in the fact, in the outcome and in the notes for people', async () => {
  const files = ['src/cart.js', 'package.json']
  const run = given(coding())
    .when(round(), {
      services: { git: gitWith({ ...aChange, diff: async () => ({ ...diff, files }) }), agents: { run: async () => agentSaid('done') } },
    })
    .of(writeCode)
  const drift = { beside: ['package.json'], untouched: [] }
  await run.then('code.written', { drift })
  const task = given(coding(), round(), written({ files, drift })).task()
  assert.deepEqual(notesOf(task), ['changed beside the plan: package.json'])
  assert.deepEqual(outcomeOf(task, { sandbox: { missing: null }, at: task.updatedAt }).drift, drift)
})

const later = fact('attempt.started', { attempt: attempt({ n: 2 }), from: { sha: HEAD, bundle: blobOf('a bundle') }, feedback: [] })

test('a later round starts from the last head, and its commit is on the base of the task', async () => {
  const bases: string[] = []
  const commit = async ({ baseSha }: { baseSha: string }) => {
    bases.push(baseSha)
    return 'c'.repeat(40)
  }
  const git = gitWith({ ...aChange, commit })
  await given(reviewing(), dodFailed())
    .when(later, { services: { git, agents: { run: async () => agentSaid('done') } } })
    .of(writeCode)
    .then('code.written', { headSha: 'c'.repeat(40) })
  assert.deepEqual([git.adopted, git.opened, bases], [[HEAD], [`code ${HEAD}`], [BASE]])
})

test('a later round that leaves the last head as it was has changed nothing', () =>
  given(reviewing(), dodFailed())
    .when(later, {
      services: {
        git: gitWith({ ...aChange, diff: async ({ baseSha }) => (baseSha === HEAD ? { text: '', files: [] } : diff) }),
        agents: { run: async () => agentSaid('done') },
      },
    })
    .of(writeCode)
    .then('code.failed', { class: 'no_change', reason: 'claude ended well and changed nothing' }))

test('an agent that leaves no change has failed', () =>
  given(coding())
    .when(round(), {
      services: { git: gitWith({ commit: async () => null }), agents: { run: async () => agentSaid('it is fine as it is') } },
    })
    .of(writeCode)
    .then('code.failed', { class: 'no_change', exitCode: 0, log: blobOf('log: it is fine as it is') }))

test('an agent that fails is a failure of its own class, with its log and what it cost', () =>
  given(coding())
    .when(round(), {
      services: { git: gitWith(), agents: { run: async () => agentFailed({ class: 'limit', reason: 'it ran out of turns' }) } },
    })
    .of(writeCode)
    .then('code.failed', { class: 'limit', reason: 'it ran out of turns', log: blobOf('log of a failure'), usage }))

test('a repository that cannot be used is a failure of the surroundings', () =>
  given(coding())
    .when(round(), { services: { git: gitWith({ worktree: () => Promise.reject(gitProblem('the mirror is broken')) }) } })
    .of(writeCode)
    .then('code.failed', { class: 'infrastructure', reason: 'the mirror is broken', exitCode: null }))

test('what the agent left and git takes into no commit is the agent’s failure, with a round to mend it', () => {
  const problem = Object.assign(gitProblem("git takes this into no commit: invalid path '.GIT/config'"), { byContent: true })
  return given(coding())
    .when(round(), { services: { git: gitWith({ worktree: () => Promise.reject(problem) }) } })
    .of(writeCode)
    .then('code.failed', { class: 'bad_output', reason: /invalid path/ })
})

test('any other error is tried again, and the worktree is closed', async () => {
  const git = gitWith()
  const run = () => Promise.reject(new Error('the line dropped'))
  await given(coding())
    .when(round(), { services: { git, agents: { run } } })
    .of(writeCode)
    .thenThrows(/the line dropped/)
  assert.equal(git.closed.length, 1)
})

test('no agent is run for a task that has ended', () => given(coding(), cancelled()).when(round()).of(writeCode).thenEnded())

test('a round that only repeats a check writes no code', () =>
  given(reviewing(), passed(), scanned(), dodFailed('no disk', 'infrastructure')).when(recheck('dod')).of(writeCode).thenNothing())

test('the list of files stays within what a message takes', () => {
  const long = Array.from({ length: 600 }, (_, n) => `${'folder/'.repeat(20)}file-${n}.ts`)
  assert.ok(JSON.stringify(shortList(long)).length < 32_000)
  assert.equal(shortList(Array.from({ length: 600 }, (_, n) => `${n}.ts`)).length, 500)
  assert.deepEqual(shortList(['a.ts', 'b.ts']), ['a.ts', 'b.ts'])
})

const hush = '<hush>a key</hush>'

test('a change that brings a secret is the agent’s failure, told by file, line and kind, and nothing of it is stored', async () => {
  const stored: string[] = []
  const memory = memoryBlobs()
  const put: Blobs['put'] = (content, type) => {
    stored.push(type)
    return memory.put(content, type)
  }
  const git = gitWith({ ...aChange, diff: async ({ everything }) => (everything ? { ...diff, text: `+${hush}` } : diff) })
  await given(coding())
    .when(round(), { services: { git, agents: { run: async () => agentSaid('done') } }, blobs: { ...memory, put } })
    .of(writeCode)
    .then('code.failed', {
      class: 'secret',
      reason: 'the change brings 1 secret: src/cart.js:3 (hush)',
      findings: [{ from: 'code', file: 'src/cart.js', line: 3, problem: 'the change brings a secret: hush' }],
      report: 'done',
    })
  assert.deepEqual(stored, ['text/plain'])
})

test('a secret in the task does not reach the agent, and the record says that it was masked', async () => {
  let asked = ''
  const run = async ({ prompt }: AgentRun) => {
    asked = prompt
    return agentSaid('done')
  }
  const result = given(created({ description: `use ${hush}` }), coding())
    .when(round(), { services: { git: gitWith(aChange), agents: { run } } })
    .of(writeCode)
  await result.thenRecords(['code.started', { masked: ['hush'] }])
  assert.ok(asked.includes('use [secret masked: hush]'))
})

test('what the agent was not allowed and its last words are on record', () =>
  given(coding())
    .when(round(), {
      services: { git: gitWith(aChange), agents: { run: async () => agentSaid(' I could not test. ', { denials: ['Bash rm'] }) } },
    })
    .of(writeCode)
    .then('code.written', { denials: ['Bash rm'], report: 'I could not test.' }))
