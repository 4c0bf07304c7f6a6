import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { operatorSecret } from '../../../infra/app/system-file.ts'
import { startMainJob } from '../../support/main-job.ts'
import { askService } from '../../support/services.ts'
import { makeRepository, temporaryFolder } from '../../support/temporary.ts'

test('without a sandbox no program on this machine approves a plan by asking: it takes somebody who proves who he is', async () => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const dod = [['grep', '-q', 'goodbye', 'greeting.txt']]
  await using job = await startMainJob({ repository, project: { dod }, config: { sandbox: { mode: 'none' }, gate: {} } })
  const id = 'task-gate'
  job.publish('task.created', {
    id,
    title: 'Say goodbye',
    description: 'In `greeting.txt`, replace `hello` with `goodbye`.',
    project: 'sample',
  })
  await job.until('gate.opened', id)

  const told = /agents run without a sandbox .*type "cortex approve task-gate" on this machine/
  job.publish('plan.approved', { id })
  const { data } = await job.untilAny('request.refused', (fact) => fact.data.task === id)
  assert.match(data.faults.join(), told)
  const answer = await fetch(`${job.httpUrl}/tasks/${id}/approve`, { method: 'POST' })
  assert.equal(answer.status, 409)
  assert.match(await answer.text(), /agents run without a sandbox/)
  const { connection } = job.system
  const asked = await askService(connection, 'cortex.task.approve', { id })
  assert.equal(asked.code, 409)
  assert.match(JSON.stringify(asked.body), /agents run without a sandbox/)
  assert.equal((await job.system.folds.coldStory(id)).state.phase, 'gate')

  const person = { by: 'ada', channel: 'cli' }
  const approved = await askService(connection, 'cortex.task.approve', { id }, person, operatorSecret(job.dataDir))
  assert.deepEqual([approved.code, approved.body['outcome']], [0, 'plan.approved'])
  assert.equal((await job.ended(id)).phase, 'completed')
})
