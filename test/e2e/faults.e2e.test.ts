import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, test } from 'node:test'
import type { Fact } from '../../domain/fact.ts'
import { customAgent, planJson } from '../support/custom-agent.ts'
import { approveAndWait, ask, type MainJob, type MainJobOptions, runMainJob, startMainJob, told } from '../support/main-job.ts'
import { git, makeRepository, temporaryFolder } from '../support/temporary.ts'

/** The scripted agents understand it, and the check of the sample sees whether it was done. */
const task = { title: 'Say goodbye', description: 'In `greeting.txt`, replace `hello` with `goodbye`.' }
const check = ['grep', '-q', 'goodbye', 'greeting.txt']

async function given(files: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const repository = path.join(folder.path, 'repository')
  const base = await makeRepository(repository, { 'greeting.txt': 'hello\n', ...files })
  const options = (more: Partial<MainJobOptions> = {}): MainJobOptions => ({
    repository,
    ...more,
    project: { dod: [check], ...more.project },
  })
  const file = (name: string): string => path.join(folder.path, name)
  return { repository, base, file, options, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

const of = <T extends Fact['type']>(facts: readonly Fact[], type: T): Fact<T>[] =>
  facts.filter((fact): fact is Fact<T> => fact.type === type)

/** A bad end and that a person heard of it. */
const escalated = async (job: MainJob, id: string): Promise<Fact<'task.escalated'>['data']> => {
  const end = await approveAndWait(job, id)
  assert.equal(end.phase, 'escalated', told(await job.facts(id)))
  await job.until('notification.sent', id, { where: ({ data }) => data.about === 'task.escalated' })
  return of(await job.facts(id), 'task.escalated')[0]!.data
}

describe('a loop that meets faults', { concurrency: 3 }, () => {
  test('what is wrong with a task is told at the door, all of it at once, and no task begins', async () => {
    await using setting = await given()
    await using job = await startMainJob(setting.options())
    job.publish('task.created', { id: 'task-lost', title: 'x', project: 'elsewhere', dependsOn: ['task-lost'] })
    const refusal = await job.untilAny('request.refused', ({ data }) => data.task === 'task-lost')
    assert.match(refusal.data.faults.join('\n'), /project: "elsewhere" is not in cortex\.toml \(known: sample\)/)
    assert.match(refusal.data.faults.join('\n'), /cannot wait for itself: task-lost -> task-lost/)
    job.publish('task.created', { id: 'task-odd', title: ' ', priority: 2, colour: 'red' })
    const odd = await job.untilAny('request.refused', ({ data }) => data.task === 'task-odd')
    for (const fault of [/title/, /priority/, /colour/]) assert.match(odd.data.faults.join('\n'), fault)
    assert.deepEqual(await job.facts('task-lost'), [])
    const asked = await job.outsider.request('cortex.task.status', JSON.stringify({ id: 'task-odd' }), { timeout: 5000 })
    assert.match(asked.string(), /the door refused it.*priority/s)
  })

  test('a repository without commits is escalated with the reason', async () => {
    await using setting = await given()
    const empty = setting.file('empty')
    await git(path.dirname(empty), 'init', '--quiet', empty)
    await using job = await startMainJob(setting.options({ repository: empty }))
    const { reason } = await escalated(job, ask(job, task))
    assert.match(reason, /has no commits yet\. Commit something there first/)
  })

  const absent = { command: ['cortex-absent-agent'], read_command: ['cortex-absent-agent'] }

  for (const post of ['planner', 'implementer', 'reviewer'] as const)
    test(`when the program of the ${post} is missing, a person reads what to install`, async () => {
      await using setting = await given()
      const scripted = { preset: 'scripted' }
      const agents = { alder: scripted, absent, ...(post === 'reviewer' ? {} : { birch: scripted }) }
      const masters = { default: { planner: 'alder', implementer: 'alder', reviewer: 'birch', [post]: 'absent' } }
      await using job = await startMainJob(setting.options({ config: { agents, masters } }))
      const { reason } = await escalated(job, ask(job, task))
      assert.match(
        reason,
        /cortex-absent-agent is not installed or not on the PATH\. Install it, or change \[agents\.absent\] in cortex\.toml/,
      )
    })

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

  test('ff onto the branch that is checked out is left to the person, with the result on a branch', async () => {
    await using setting = await given()
    await using job = await startMainJob(setting.options({ project: { merge: 'ff' } }))
    const id = ask(job, task)
    const { reason, branch } = await escalated(job, id)
    assert.match(reason, /"main" is checked out in .*git merge --ff-only.*The result is on branch cortex\//)
    assert.equal(branch, `cortex/${id}`)
    assert.equal(await git(setting.repository, 'show', `cortex/${id}:greeting.txt`), 'goodbye')
    assert.equal(await git(setting.repository, 'rev-parse', 'main'), setting.base)
  })

  test('ff onto a branch that nobody works on moves it', async () => {
    await using setting = await given()
    await git(setting.repository, 'branch', 'release')
    const { task: end, facts } = await runMainJob({ ...setting.options({ project: { merge: 'ff', base: 'release' } }), task })
    assert.equal(end.phase, 'completed', told(facts))
    assert.equal(end.outcome?.merged, true)
    assert.equal(await git(setting.repository, 'show', 'release:greeting.txt'), 'goodbye')
    assert.equal(await git(setting.repository, 'rev-parse', 'main'), setting.base)
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

  test('a check that could not be run once is done again on the same code, without asking the agents again', async () => {
    await using setting = await given()
    const once = `test -e ${setting.file('ran-before')} || { touch ${setting.file('ran-before')}; exit 127; }`
    // It notes outside of its worktree that it was there.
    const options = setting.options({ project: { dod: [once, check] }, config: { sandbox: { mode: 'none' } } })
    const { task: end, facts } = await runMainJob({ ...options, task })
    assert.equal(end.phase, 'completed', told(facts))
    assert.deepEqual(
      [of(facts, 'dod.failed').length, of(facts, 'code.written').length, of(facts, 'review.passed').length, end.outcome?.attempts],
      [1, 1, 1, 1],
      told(facts),
    )
  })

  test('a scan that could not be carried out once is done again on the same code', async () => {
    await using setting = await given({ '.semgrep/rules.yaml': 'rules: []\n' })
    const [command, ranBefore] = [setting.file('scanner'), setting.file('ran-before')]
    // Its native front end never works, the other one from its second time on.
    const native = 'case "$*" in *--experimental*) exit 7;; esac'
    const scan = `${native}; test -e ${ranBefore} || { touch ${ranBefore}; exit 7; }; echo '{"results":[],"errors":[]}'`
    await writeFile(command, `#!/bin/sh\n${scan}\n`, { mode: 0o700 })
    const { task: end, facts } = await runMainJob({ ...setting.options({ config: { semgrep: { command } } }), task })
    assert.equal(end.phase, 'completed', told(facts))
    assert.deepEqual(
      ['scan.failed', 'scan.passed', 'code.written', 'review.passed'].map((type) => facts.filter((fact) => fact.type === type).length),
      [1, 1, 1, 1],
      told(facts),
    )
    assert.equal(of(facts, 'scan.failed')[0]?.data.class, 'infrastructure')
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
})
