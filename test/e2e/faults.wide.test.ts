import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { customAgent, planJson } from '../support/custom-agent.ts'
import { escalated, given, of, task } from '../support/fault-scene.ts'
import { ask, runMainJob, startMainJob, told } from '../support/main-job.ts'
import { git } from '../support/temporary.ts'

describe('a loop that meets rarer faults', { concurrency: 3 }, () => {
  test('a planner that twice answers with no plan is escalated after one repair round', async () => {
    await using setting = await given()
    const mumbler = customAgent(setting.file('mumbler.json'), {
      plan: [{ say: 'Well, first of all...' }, { say: '{"summary":"only this"}' }],
    })
    const config = {
      agents: { mumbler: mumbler.config, alder: { preset: 'scripted' }, birch: { preset: 'scripted' } },
      masters: { default: { planner: 'mumbler', implementer: 'alder', reviewer: 'birch' } },
    }
    await using job = await startMainJob(setting.options({ config }))
    const id = ask(job, task)
    const { reason, class: cls } = await escalated(job, id)
    assert.match(reason, /the planner mumbler gave no usable plan: .*steps/)
    assert.equal(cls, 'bad_output')
    assert.equal(of(await job.facts(id), 'plan.refused').length, 2)
    assert.match(mumbler.prompt('plan', 2) ?? '', /Well, first of all/, 'it was shown its first answer')
    assert.equal(mumbler.prompt('plan', 3), undefined, 'it was not asked a third time')
  })

  test('when no reviewer gives a verdict a person is called: silence never approves', async () => {
    await using setting = await given()
    const mumbler = customAgent(setting.file('mumbler.json'), { review: [{ say: 'Looks nice to me!' }] })
    const config = {
      agents: { alder: { preset: 'scripted' }, mumbler: mumbler.config },
      masters: { default: { planner: 'alder', implementer: 'alder', reviewer: 'mumbler' } },
    }
    await using job = await startMainJob(setting.options({ config }))
    const { reason } = await escalated(job, ask(job, task))
    assert.match(reason, /no reviewer gave a verdict \(asked: mumbler\): the answer is not one JSON object/)
    assert.equal(await git(setting.repository, 'branch', '--list', 'cortex/*'), '')
  })

  test('a task whose dependency ends badly fails with that reason', async () => {
    await using setting = await given()
    await using job = await startMainJob(setting.options())
    const first = ask(job, task)
    await job.until('gate.opened', first)
    const second = ask(job, { ...task, dependsOn: [first] })
    await job.until('task.blocked', second)
    job.publish('plan.rejected', { id: first, reason: 'not like this' })
    const end = await job.ended(second)
    assert.equal(end.phase, 'failed')
    assert.match(end.end?.reason ?? '', new RegExp(`depends on ${first}, which is failed: nats rejected the plan: not like this`))
  })

  test('a plan that nobody decides about fails in words when its time is over', async () => {
    await using setting = await given()
    await using job = await startMainJob(setting.options({ config: { gate: { expiry: '1s' } } }))
    const id = ask(job, task)
    const end = await job.ended(id)
    assert.equal(end.phase, 'failed')
    assert.match(end.end?.reason ?? '', /nobody decided about the plan by .*cortex retry/)
  })

  test('an approval with the right hash that comes before the gate is refused, and the plan waits for one that saw it', async () => {
    await using setting = await given()
    const say = planJson('the only idea')
    const approved = setting.file('approved')
    const planner = customAgent(setting.file('planner.json'), { plan: [{ say }, { say, waitFor: approved }] })
    const config = {
      agents: { planner: planner.config, alder: { preset: 'scripted' }, birch: { preset: 'scripted' } },
      masters: { default: { planner: 'planner', implementer: 'birch', reviewer: 'alder' } },
    }
    await using job = await startMainJob(setting.options({ config }))
    const before = ask(job, task)
    const { planHash } = (await job.until('gate.opened', before)).data
    const id = 'task-approved-early'
    job.publish('task.created', { id, project: 'sample', ...task })
    await job.until('task.created', id)
    job.publish('plan.approved', { id, planHash })
    const refusal = await job.untilAny('request.refused', ({ data }) => data.task === id)
    assert.match(refusal.data.faults.join(), /is not open yet/)
    await writeFile(approved, '')
    await job.until('gate.opened', id)
    job.publish('plan.approved', { id, planHash })
    await job.until('attempt.started', id)
  })

  test('a reviewer without a verdict is followed by another reviewer', async () => {
    await using setting = await given()
    const mumbler = customAgent(setting.file('mumbler.json'), { review: [{ say: 'Looks nice to me!' }] })
    const config = {
      agents: { alder: { preset: 'scripted' }, mumbler: mumbler.config, birch: { preset: 'scripted' } },
      masters: { default: { planner: 'alder', implementer: 'alder', reviewer: 'mumbler' } },
    }
    const { task: end, facts } = await runMainJob({ ...setting.options({ config }), task })
    assert.equal(end.phase, 'completed', told(facts))
    assert.deepEqual(
      of(facts, 'review.unavailable').map(({ data }) => data.reviewer),
      ['mumbler'],
    )
    assert.deepEqual(
      of(facts, 'review.passed').map(({ data }) => data.reviewer),
      ['birch'],
    )
  })

  test('a check that cannot be run costs no attempt once, then a person is called', async () => {
    await using setting = await given()
    await using job = await startMainJob(setting.options({ project: { dod: ['cortex-absent-checker --all'] } }))
    const id = ask(job, task)
    const { reason, class: cls } = await escalated(job, id)
    const failures = of(await job.facts(id), 'dod.failed')
    assert.deepEqual(
      failures.map(({ data }) => [data.class, data.attempt.n]),
      [
        ['infrastructure', 1],
        ['infrastructure', 1],
      ],
      told(await job.facts(id)),
    )
    assert.match(reason, /cortex-absent-checker/)
    assert.equal(cls, 'infrastructure')
  })
})
