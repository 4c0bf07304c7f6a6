import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, test } from 'node:test'
import { check, escalated, given, of, task } from '../support/fault-scene.ts'
import { ask, runMainJob, startMainJob, told } from '../support/main-job.ts'
import { git } from '../support/temporary.ts'

describe('a loop whose repository or programs are at fault', { concurrency: 3 }, () => {
  test('a task for a repository without commits is refused at the door, with the reason', async () => {
    await using setting = await given()
    const empty = setting.file('empty')
    await git(path.dirname(empty), 'init', '--quiet', empty)
    await using job = await startMainJob(setting.options({ repository: empty }))
    const id = ask(job, task)
    const { data } = await job.untilAny('request.refused', (fact) => fact.data.task === id)
    assert.match(data.faults.join(), /has no commits yet\. Commit something there first/)
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

  test('ff onto the branch that is checked out is done, and says what to type', async () => {
    await using setting = await given()
    const { task: end, facts } = await runMainJob({ ...setting.options({ project: { merge: 'ff' } }), task })
    assert.equal(end.phase, 'completed', told(facts))
    assert.match(end.outcome?.remark ?? '', /"main" is checked out and was left alone; to move it: git -C \S+ merge --ff-only cortex\//)
    assert.equal(await git(setting.repository, 'show', `cortex/${end.id}:greeting.txt`), 'goodbye')
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

  test('a check that could not be run once is done again on the same code, without asking the agents again', async () => {
    await using setting = await given()
    const once = `test -e ${setting.file('ran-before')} || { touch ${setting.file('ran-before')}; exit 127; }`
    // It notes outside of its worktree that it was there.
    const options = setting.options({
      project: { dod: [once, check], yardstick: { check_base: false } },
      config: { sandbox: { mode: 'none' } },
    })
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
})
