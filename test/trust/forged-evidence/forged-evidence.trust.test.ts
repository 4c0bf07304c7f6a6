import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { encode } from '../../../bus/envelope.ts'
import { connectBus } from '../../../bus/jetstream/connect.ts'
import { store } from '../../../bus/jetstream/publish.ts'
import { readStoryMessages } from '../../../bus/jetstream/read.ts'
import { SEAL } from '../../../bus/seal.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import type { Fact } from '../../../domain/fact.ts'
import { taskStory } from '../../../domain/task-story.ts'
import { dataDirectory, loadLogins } from '../../../infra/nats/data-directory.ts'
import { quiet } from '../../support/bus.ts'
import { approveAndWait, ask, startMainJob, told } from '../../support/main-job.ts'
import { git, makeRepository, temporaryFolder } from '../../support/temporary.ts'

const CHAIN = ['code.written', 'review.passed', 'scan.passed', 'dod.passed']

test("the bus's own credentials do not make a task done: not with its end, nor with the facts, blobs and seals of another task", async () => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const dod = [['grep', '-q', 'goodbye', 'greeting.txt']]
  await using job = await startMainJob({ repository, project: { dod }, config: { sandbox: { mode: 'none' } } })
  const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
  const donor = ask(job, task)
  assert.equal((await approveAndWait(job, donor)).phase, 'completed', told(await job.facts(donor)))
  const victim = ask(job, task)
  await job.until('gate.opened', victim)

  const { user, password: pass, inboxPrefix } = loadLogins(dataDirectory(path.join(job.dataDir, 'nats'))).cortex
  const thief = await connectBus({ url: job.system.url, user, pass, inboxPrefix, name: 'thief', log: quiet })
  try {
    const seals = new Map((await readStoryMessages(thief, taskStory, donor)).map((one) => [one.header('ce-id'), one.header(SEAL)]))
    const forge = async (fact: Fact): Promise<void> => {
      const wire = encode(catalogue, { ...fact, id: `forged-${fact.id}`, subject: victim })
      wire.headers[SEAL] = seals.get(fact.id) ?? ''
      assert.notEqual(wire.headers[SEAL], '')
      await store(thief, [{ ...wire, messageId: `forged-${fact.id}` }], AbortSignal.timeout(60_000))
    }
    const facts = await job.facts(donor)
    const own = await job.system.folds.facts(donor)
    assert.deepEqual([...new Set(own.map(({ sealed }) => sealed))], [true])
    await forge(facts.find(({ type }) => type === 'task.completed')!)
    assert.equal((await job.system.folds.coldStory(victim)).state.phase, 'gate')

    for (const type of CHAIN) await forge(facts.find((fact) => fact.type === type)!)
    const { phase, end } = await job.ended(victim)
    assert.deepEqual([phase, end?.class], ['escalated', 'evidence'])
    assert.match(
      end?.reason ?? '',
      /not written all of its story: code\.written in the name of write-code .*dod\.passed.* without its seal/,
    )
    assert.equal(await git(repository, 'branch', '--list', `cortex/${victim}`), '')
  } finally {
    await thief.close()
  }
})

test('what a timer stores bears the seal, too', async () => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  await using job = await startMainJob({ repository, config: { sandbox: { mode: 'none' }, gate: { expiry: '1s' } } })
  const id = ask(job, { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' })
  await job.ended(id)
  const timers = (await job.system.folds.facts(id)).filter(({ decidedAt }) => decidedAt !== undefined)
  assert.deepEqual(
    timers.map(({ type, sealed }) => [type, sealed]),
    [
      ['gate.reminded', true],
      ['gate.expired', true],
    ],
  )
})
