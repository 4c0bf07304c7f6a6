import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { customAgent, planJson } from '../support/custom-agent.ts'
import { given, task } from '../support/fault-scene.ts'
import { ask, startMainJob, told } from '../support/main-job.ts'

describe('a loop that meets faults', { concurrency: 3 }, () => {
  test('what is wrong with a task is told at the door, all of it at once, and no task begins', async () => {
    await using setting = await given()
    await using job = await startMainJob(setting.options())
    job.publish('task.created', { id: 'task-lost', title: 'x', project: 'elsewhere', dependsOn: ['task-lost'] })
    const refusal = await job.untilAny('request.refused', ({ data }) => data.task === 'task-lost')
    assert.match(
      refusal.data.faults.join('\n'),
      /project: "elsewhere" is not in cortex\.toml as it was when Cortex started \(known: sample\)/,
    )
    assert.match(refusal.data.faults.join('\n'), /cannot wait for itself: task-lost -> task-lost/)
    job.publish('task.created', { id: 'task-odd', title: ' ', priority: 2, colour: 'red' })
    const odd = await job.untilAny('request.refused', ({ data }) => data.task === 'task-odd')
    for (const fault of [/title/, /priority/, /colour/]) assert.match(odd.data.faults.join('\n'), fault)
    assert.deepEqual(await job.facts('task-lost'), [])
    const asked = await job.outsider.request('cortex.task.status', JSON.stringify({ id: 'task-odd' }), { timeout: 5000 })
    assert.match(asked.string(), /the door refused it.*priority/s)
  })

  test('a questioned plan is planned again with the wish, and the old hash approves nothing any more', async () => {
    await using setting = await given()
    const planner = customAgent(setting.file('planner.json'), { plan: [{ say: planJson('first idea') }, { say: planJson('second idea') }] })
    const writer = customAgent(setting.file('writer.json'), { implement: [{ write: { 'greeting.txt': 'goodbye\n' } }] })
    const config = {
      agents: { planner: planner.config, writer: writer.config, birch: { preset: 'scripted' } },
      masters: { default: { planner: 'planner', implementer: 'writer', reviewer: 'birch' } },
    }
    await using job = await startMainJob(setting.options({ config }))
    const id = ask(job, task)
    const { planHash: old } = (await job.until('gate.opened', id)).data
    job.publish('plan.questioned', { id, reason: 'please think of the tests' })
    const { planHash } = (await job.until('gate.opened', id, { where: ({ data }) => data.planHash !== old })).data
    assert.match(planner.prompt('plan', 2) ?? '', /please think of the tests/)
    job.publish('plan.approved', { id, planHash: old })
    const refusal = await job.untilAny('request.refused', ({ data }) => data.task === id)
    assert.match(refusal.data.faults.join(), new RegExp(`the plan that waits is ${planHash}, not ${old}`))
    job.publish('plan.approved', { id, planHash })
    assert.equal((await job.ended(id)).phase, 'completed', told(await job.facts(id)))
    assert.match(writer.prompt('implement') ?? '', /second idea/)
  })
})
