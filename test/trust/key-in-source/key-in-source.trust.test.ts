import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { customAgent, planJson } from '../../support/custom-agent.ts'
import { runMainJob } from '../../support/main-job.ts'
import { git, makeRepository, temporaryFolder } from '../../support/temporary.ts'

const KEY = 'an-agent-key-that-looks-like-words'
const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
const approves = { say: JSON.stringify({ approved: true, findings: [] }) }
const goodbye = { 'greeting.txt': 'goodbye\n' }

/** One task with an agent that writes these files, one set for each time it is asked, and a reviewer that approves everything. */
const done = async (...writes: Record<string, string>[]) => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const liar = customAgent(path.join(folder.path, 'liar.json'), {
    plan: [{ say: planJson('Replace hello with goodbye.') }],
    implement: writes.map((write) => ({ write })),
  })
  const yes = customAgent(path.join(folder.path, 'yes.json'), { review: [approves] })
  const { task: end, facts } = await runMainJob({
    repository,
    task,
    env: { LIAR_KEY: KEY },
    project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt']] },
    config: { agents: { liar: { ...liar.config, env: ['LIAR_KEY'] }, yes: yes.config } },
  })
  const delivered = await git(repository, 'log', '--all', '-p')
  const failures = facts.flatMap((fact) => (fact.type === 'code.failed' ? [fact.data] : []))
  return { end, facts, delivered, failures, told: liar.prompt('implement', 2) ?? '' }
}

test('an agent that writes its key into source is told where, never what, and what it makes without it is delivered', async () => {
  const { end, delivered, failures, told, facts } = await done({ ...goodbye, 'config.js': `const api = '${KEY}'\n` }, goodbye)
  assert.equal(end.phase, 'completed')
  assert.deepEqual(
    failures.map(({ class: cls, findings }) => [cls, findings?.[0]?.file, findings?.[0]?.line, findings?.[0]?.problem]),
    [['secret', 'config.js', 1, 'the change brings a secret: value of LIAR_KEY']],
  )
  assert.match(told, /the change brings a secret: value of LIAR_KEY/)
  assert.equal(JSON.stringify(facts).includes(KEY), false)
  assert.match(delivered, /\+goodbye/)
  assert.equal(delivered.includes(KEY), false)
})

test('an agent that hides its key again and again gets nothing delivered: a person is called', async () => {
  const { end, delivered, failures } = await done(
    { ...goodbye, 'a.txt': Buffer.from(`key=${KEY}`).toString('base64') },
    { ...goodbye, '.gitattributes': '*.js -diff\n', 'b.js': `const key = ['${KEY.slice(0, 9)}', '${KEY.slice(9)}'].join('')` },
    { ...goodbye, [Buffer.from(KEY).toString('hex')]: '', 'c.txt': [...KEY].reverse().join('') },
  )
  assert.equal(end.phase, 'escalated')
  assert.deepEqual(
    failures.map(({ class: cls }) => cls),
    ['secret', 'secret', 'secret'],
  )
  assert.match(end.end?.reason ?? '', /3 attempts did not pass: the change brings \d+ secrets?: .*value of LIAR_KEY/)
  assert.equal(delivered.includes('goodbye'), false)
})
