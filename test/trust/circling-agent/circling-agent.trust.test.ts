import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { customAgent, type Deed, planJson } from '../../support/custom-agent.ts'
import { runMainJob, told } from '../../support/main-job.ts'
import { git, makeRepository, temporaryFolder } from '../../support/temporary.ts'

const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
const approves = { say: JSON.stringify({ approved: true, findings: [] }) }
const lines = (events: readonly object[]): string => events.map((event) => JSON.stringify(event)).join('\n')
const result = (more: object = {}) => ({ type: 'result', subtype: 'success', is_error: false, result: 'Done.', ...more })
const works: Deed = { write: { 'greeting.txt': 'goodbye\n' }, say: lines([result()]) }

/** The same command, again and again, as claude's stream tells it. */
const circles = (times: number): string =>
  lines(
    Array.from({ length: times }, (_, n) => [
      { type: 'assistant', message: { content: [{ type: 'tool_use', id: `t${n}`, name: 'Bash', input: { command: 'npm test' } }] } },
      { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: `t${n}`, content: `1 test failed after ${n} ms` }] } },
    ]).flat(),
  )

const done = async (...implement: Deed[]) => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const planner = customAgent(path.join(folder.path, 'planner.json'), { plan: [{ say: planJson('Replace hello with goodbye.') }] })
  const writer = customAgent(path.join(folder.path, 'writer.json'), { implement })
  const yes = customAgent(path.join(folder.path, 'yes.json'), { review: [approves] })
  const { task: end, facts } = await runMainJob({
    repository,
    task,
    project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] },
    config: {
      agents: { planner: planner.config, writer: { ...writer.config, output: 'claude-json' }, yes: yes.config },
      masters: { default: { planner: 'planner', implementer: 'writer', reviewer: 'yes' } },
      timeouts: { silence: '1s' },
    },
  })
  const failures = facts.flatMap((fact) => (fact.type === 'code.failed' ? [fact.data] : []))
  return {
    end,
    facts,
    failures,
    second: writer.prompt('implement', 2) ?? '',
    branches: await git(repository, 'branch', '--list', 'cortex/*'),
  }
}

test('an agent that does the same again and again is ended, told what it did, and mends its way', async () => {
  const { end, facts, failures, second } = await done({ say: circles(30), hang: true }, works)
  assert.equal(end.phase, 'completed', told(facts))
  assert.deepEqual(
    failures.map(({ class: cls }) => cls),
    ['stuck'],
  )
  assert.match(second, /it did the same 20 times with the same result .*npm test/)
  assert.equal(end.outcome?.attempts, 2)
})

test('one that falls silent each time ends with a person who reads that, and nothing is delivered', async () => {
  const { end, failures, branches } = await done({ say: lines([{ type: 'system', subtype: 'init' }]), hang: true })
  assert.deepEqual(
    failures.map(({ class: cls }) => cls),
    ['stuck', 'stuck', 'stuck'],
  )
  assert.equal(end.phase, 'escalated')
  assert.match(end.end?.reason ?? '', /stuck: nothing was heard of it for 1 s/)
  assert.equal(branches, '')
})

test('one whose tools were denied is told which, and so is the person, with what lets them', async () => {
  const denial = { tool_name: 'Bash', tool_use_id: 'x', tool_input: { command: 'npm install left-pad' } }
  const { end, failures, second } = await done({ say: lines([result({ permission_denials: [denial] })]) })
  assert.deepEqual(
    failures.map(({ class: cls }) => cls),
    ['denied', 'denied', 'denied'],
  )
  assert.match(second, /was denied: Bash .*npm install left-pad/)
  assert.deepEqual([end.phase, end.end?.class], ['escalated', 'denied'])
  assert.match(end.end?.reason ?? '', /\[agents\.writer\] allow = \["Bash\(npm install:\*\)"\]/)
})
