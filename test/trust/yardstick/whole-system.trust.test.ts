import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { Task } from '../../../domain/task.ts'
import { adds, manifest, testsOf, wrong } from '../../support/judged-change.ts'
import { approveAndWait, ask, type MainJob, startMainJob } from '../../support/main-job.ts'
import { git, makeRepository, temporaryFolder } from '../../support/temporary.ts'

const files = {
  'package.json': manifest(),
  'scripts/check.sh': 'node --test\n',
  'src/add.js': wrong,
  'test/add.test.js': testsOf(adds),
  'cortex.toml': 'dod = ["node --run test"]\n',
}
const mended = 'In `src/add.js`, replace `a - b` with `a + b`.'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let job: MainJob
let repository = ''
before(async () => {
  folder = await temporaryFolder()
  repository = path.join(folder.path, 'repository')
  await makeRepository(repository, files)
  job = await startMainJob({ repository, project: { path: repository } })
})
after(async () => {
  await job[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const done = async (description: string): Promise<Task> => approveAndWait(job, ask(job, { title: 'Mend the sum', description }))
const branches = (): Promise<string> => git(repository, 'branch', '--list', 'cortex/*')

test('an agent that makes the test script do nothing is stopped, though its reviewer approves everything', async () => {
  const task = await done('In `package.json`, replace `sh scripts/check.sh` with `true`.')
  assert.deepEqual([task.phase, task.end?.class], ['escalated', 'yardstick'])
  assert.match(task.end?.reason ?? '', /the tests of the base do not pass on it: `node --run test` ended with 1/)
  assert.equal(await branches(), '')
})

test('an agent that lets the code end before its tests has failed, each time it tries', async () => {
  const task = await done('In `src/add.js`, replace `export` with `process.exit(0)\\nexport`.')
  assert.equal(task.phase, 'escalated')
  assert.match(task.end?.reason ?? '', /ran 0 tests on the change, and 1 at the base|changed nothing/)
  assert.equal(task.judged, undefined)
})

test('an agent that mends the code and adds a test needs nobody', async () => {
  const task = await done(`${mended} Create \`test/more.test.js\` with \`${testsOf(adds).trim().replaceAll('\n', '; ')}\`.`)
  assert.equal(task.phase, 'completed', task.end?.reason ?? '')
  assert.equal(task.outcome?.yardstick, undefined)
  const runs = (await job.facts(task.id)).flatMap((fact) => (fact.type === 'dod.passed' ? fact.data.checks : []))
  assert.deepEqual(
    runs.map(({ run = 'head', tests }) => [run, tests?.passed]),
    [
      ['head', 2],
      ['repeat', 2],
      ['base tests', 1],
    ],
  )
})

test('an agent that empties a test waits for a person, who may approve just that, and is named in the outcome', async () => {
  const task = await done(`${mended} In \`test/add.test.js\`, replace \`${adds}\` with \`\`.`)
  assert.equal(task.end?.class, 'yardstick')
  const hash = task.doubt ?? ''
  job.publish('plan.approved', { id: task.id })
  const refused = await job.untilAny('request.refused', ({ data }) => data.task === task.id)
  assert.match(refused.data.faults.join(), /waits with a change of its tests/)
  job.publish('plan.approved', { id: task.id, planHash: hash })
  const { data } = await job.until('task.completed', task.id)
  assert.deepEqual(
    data.outcome.yardstick?.map(({ file, change }) => [file, change]),
    [['test/add.test.js', 'changed']],
  )
})
