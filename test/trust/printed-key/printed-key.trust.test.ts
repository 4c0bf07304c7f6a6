import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { BlobRef } from '../../../bus/blobs.ts'
import { customAgent, planJson } from '../../support/custom-agent.ts'
import { approveAndWait, ask, startMainJob } from '../../support/main-job.ts'
import { makeRepository, temporaryFolder, until } from '../../support/temporary.ts'

const KEY = 'an-agent-key-that-looks-like-words'
const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }

/** Every blob that the facts name. */
const blobsIn = (value: unknown): BlobRef[] => {
  const found = BlobRef.safeParse(value)
  if (found.success) return [found.data]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(blobsIn) : []
}

/** Of every process of the machine. */
const commandLines = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return '' // ended meanwhile
      }
    })
    .join('\n')

test('what an agent or a check prints of a key is nowhere afterwards, and while it runs nothing secret stands in a command line', async () => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const go = path.join(folder.path, 'go')
  const telltale = customAgent(path.join(folder.path, 'telltale.json'), {
    plan: [{ say: planJson(`Replace hello with goodbye. The key is ${KEY}.`) }],
    implement: [
      {
        write: { 'greeting.txt': 'goodbye\n' },
        say: `Done with ${KEY}, in other words ${Buffer.from(KEY).toString('base64')}.`,
        waitFor: go,
      },
    ],
  })
  const findings = [{ criterion: '', problem: `I was told ${KEY}.` }]
  const yes = customAgent(path.join(folder.path, 'yes.json'), { review: [{ say: JSON.stringify({ approved: true, findings }) }] })
  await using job = await startMainJob({
    repository,
    env: { TELLTALE_KEY: KEY },
    project: { dod: [['grep', '-q', 'goodbye', 'greeting.txt'], "printf '%s-%s' an-agent-key that-looks-like-words"] },
    config: { agents: { telltale: { ...telltale.config, env: ['TELLTALE_KEY'] }, yes: yes.config } },
  })
  const id = ask(job, task)
  const ending = approveAndWait(job, id)
  await job.until('code.started', id)
  await until(async () => telltale.prompt('implement') !== undefined)
  const lines = commandLines()
  const { password } = job.system.nats!.logins.cortex
  for (const secret of [KEY, password]) assert.equal(lines.includes(secret), false)
  writeFileSync(go, '')
  const end = await ending
  assert.equal(end.phase, 'completed')
  const facts = await job.facts(id)
  const texts = await Promise.all(
    blobsIn(facts.map(({ data }) => data))
      .filter(({ contentType }) => contentType.startsWith('text/'))
      .map((ref) => job.text(ref)),
  )
  const everything = [JSON.stringify(facts), ...texts].join('\n')
  assert.equal(everything.includes(KEY), false)
  assert.equal(everything.includes(Buffer.from(KEY).toString('base64')), false)
  assert.match(everything, /The key is \[secret masked: value of TELLTALE_KEY\]/)
})
