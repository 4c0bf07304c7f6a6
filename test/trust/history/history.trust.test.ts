import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { approveAndWait, ask, startMainJob, told } from '../../support/main-job.ts'
import { makeRepository, temporaryFolder } from '../../support/temporary.ts'

test('a run reads the history that its worktree borrows, and writes nothing into it', async (t) => {
  await using folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  const reads = ['sh', '-c', 'git log --format=%s && git fsck --connectivity-only && git show HEAD:greeting.txt | grep -q goodbye']
  const writesNothing = ['sh', '-c', 'lender=$(cat .git/objects/info/alternates) && ls "$lender" && ! touch "$lender/evil"']
  const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
  await using job = await startMainJob({ repository, project: { dod: [reads, writesNothing] } })
  const { missing } = job.system.services.sandbox
  if (missing !== null) return t.skip(missing)
  const id = ask(job, task)
  const end = await approveAndWait(job, id)
  assert.equal(end.phase, 'completed', told(await job.facts(id)))
})
