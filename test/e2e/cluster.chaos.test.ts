import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { approveAndWait, ask, startMainJob, told } from '../support/main-job.ts'
import { startCluster } from '../support/nats-cluster.ts'
import { git, makeRepository, temporaryFolder, until } from '../support/temporary.ts'
import { natsServerForTests } from '../support/tools.ts'

test('on three nodes, each of which dies once, every task is done, once', async () => {
  await using cluster = await startCluster(natsServerForTests())
  await using folder = await temporaryFolder()
  const repository = join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  await using job = await startMainJob({
    repository,
    natsUrl: cluster.url,
    project: { dod: [['sh', '-c', 'sleep 1; grep -q goodbye greeting.txt']] },
    config: { nats: { streams: { replicas: 3 } } },
  })
  const { jsm } = job.system.connection
  const isWhole = async (): Promise<boolean> =>
    (await jsm.streams.list().next()).every(({ cluster: group }) => group?.leader && group.replicas?.every(({ current }) => current))
  for (const node of cluster.nodes) {
    await until(() => isWhole().catch(() => false))
    const id = ask(job, { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' })
    const ending = approveAndWait(job, id, 120_000)
    await job.until('code.written', id)
    await node.kill()
    const task = await ending
    const facts = await job.facts(id)
    assert.equal(task.phase, 'completed', told(facts))
    const once = ['task.created', 'code.written', 'review.passed', 'dod.passed', 'finish.started', 'task.completed']
    for (const type of once) assert.equal(facts.filter((fact) => fact.type === type).length, 1, `${type}: ${told(facts)}`)
    assert.equal(await git(repository, 'rev-list', '--count', `main..${task.outcome?.branch}`), '1')
    await node.restart()
  }
})
