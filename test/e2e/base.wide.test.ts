import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { given, of, task } from '../support/fault-scene.ts'
import { ask, startMainJob, told } from '../support/main-job.ts'
import { git } from '../support/temporary.ts'

/** Its checks note every run outside of their worktree. */
const noting = async () => {
  const setting = await given()
  const ran = setting.file('ran')
  await writeFile(ran, '')
  const dod = [`echo ran >> ${ran}; grep -q goodbye greeting.txt || { echo 'it says no goodbye'; exit 1; }`]
  const start = (gate: object) => startMainJob(setting.options({ project: { dod }, config: { sandbox: { mode: 'none' }, gate } }))
  const runs = async () => (await readFile(ran, 'utf8')).split('\n').length - 1
  return { setting, start, runs }
}

test('a broken base goes to a person before anybody is asked; a task that mends it goes on, and all on one commit look once', async () => {
  const { setting, start, runs } = await noting()
  await using _ = setting
  await using job = await start({ automatic: true })
  const ids = [ask(job, task), ask(job, task)]
  for (const id of ids) {
    const { end } = await job.ended(id)
    assert.deepEqual(
      [end?.class, end?.reason.split(' (')[0]?.slice(0, 30)],
      ['base_broken', 'the base is broken: `echo ran '],
      told(await job.facts(id)),
    )
    assert.equal(of(await job.facts(id), 'reasoning.requested').length, 0)
  }
  assert.equal(await runs(), 2, 'it was run, and tried once more')

  const mending = ask(job, { ...task, mendBase: true })
  assert.equal((await job.ended(mending)).phase, 'completed', told(await job.facts(mending)))
  const prompt = of(await job.facts(mending), 'reasoning.requested')[0]!.data.prompt
  assert.match(await job.text(prompt), /the base is broken.*is the purpose of the task.*it says no goodbye/s)

  await git(setting.repository, 'merge', '--quiet', '--ff-only', `cortex/${mending}`)
  const before = await runs()
  const look = (id: string) => job.until('base.checked', id, { where: ({ data }) => data.outcome === 'passed' })
  const next = ask(job, task)
  assert.deepEqual([(await look(next)).data.cached, await runs()], [true, before], 'the result that passed is the base now')
  job.publish('task.retried', { id: ids[0] })
  assert.equal((await look(ids[0]!)).data.cached, false, 'whoever opens a task again may have changed what the commands read')
})

test('whoever decides on the plan is told what fails on the base, and may approve it all the same', async () => {
  const { setting, start } = await noting()
  await using _ = setting
  await using job = await start({ channels: ['nats'] })
  const id = ask(job, task)
  await job.until('gate.opened', id)
  const plan = await job.outsider.request('cortex.task.plan', JSON.stringify({ id }), { timeout: 5000 })
  assert.match(Object(plan.json()).base, /^the base is broken: .* ended with 1 \([0-9a-f]{8}\)\n.*\n {4}it says no goodbye$/)
  const status = await job.outsider.request('cortex.task.status', JSON.stringify({ id }), { timeout: 5000 })
  assert.match(Object(status.json()).why, /cortex approve .*; the base is broken/)
  job.publish('plan.approved', { id })
  assert.equal((await job.ended(id)).phase, 'completed', told(await job.facts(id)))
})
