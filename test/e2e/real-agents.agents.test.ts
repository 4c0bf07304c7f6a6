import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { demo } from '../../cli/demo/demo.ts'
import { scenarios } from '../../cli/demo/scenarios.ts'
import type { Fact } from '../../domain/fact.ts'
import { cacheFolder, versions } from '../../infra/setup/cache.mjs'
import { processesWith, watchProcesses } from '../support/agent-processes.ts'
import { approveAndWait, ask, type MainJobOptions, runMainJob, startMainJob, told } from '../support/main-job.ts'
import { unlessInstalled } from '../support/real-agents.ts'
import { quickSample, sampleRepository } from '../support/sample.ts'
import { startScriptedAnthropic } from '../support/scripted-anthropic.ts'
import type { Script, Turn } from '../support/scripted-model.ts'
import { startScriptedOpenAI } from '../support/scripted-openai.ts'
import { git, temporaryFolder, until } from '../support/temporary.ts'

/** The real command lines in the whole system; only the models behind them are scripted. */

const options = { skip: unlessInstalled('claude') || unlessInstalled('codex') || (process.platform !== 'linux' && 'it looks into /proc') }

const prompts = { plan: 'You plan', write: 'You change the code in the current directory', review: 'You review a change' }
const mark = 'every-piece-counts'
const task = { title: 'Count every piece in the total of a cart', description: `Two teas cost as much as one (${mark}).` }

const plan = {
  summary: 'Multiply the price by the quantity',
  steps: [{ description: 'Multiply by the quantity in total()', file: 'src/cart.js', rationale: 'it is forgotten there' }],
  files_to_modify: ['src/cart.js'],
  acceptance_criteria: ['the total counts every piece'],
  estimated_complexity: 'low',
  risk_assessment: 'none',
}
const fault = '  return items.reduce((sum, item) => sum + item.price, 0)'
const mended = '  return items.reduce((sum, item) => sum + item.price * item.quantity, 0)'
const half = '  return items.reduce((sum, item) => sum + item.price + item.quantity, 0)'
const edit = (old: string, replacement: string): Turn[] => [
  { read: 'src/cart.js' },
  { edit: { file: 'src/cart.js', old, new: replacement } },
  { say: 'The total counts every piece now.' },
]
const finding = {
  criterion: 'the total counts every piece',
  file: 'src/cart.js',
  line: 3,
  problem: 'it adds the quantity',
  suggestion: 'multiply',
}
/** What every process of an agent's run has in its environment. */
const runsOf = ({ dataDir }: { dataDir: string }): string => path.join(dataDir, 'runs')

const approves = { approved: true, findings: [] }
const rejects = { approved: false, findings: [finding] }

/** What a model says in each role. */
const scripted = (turns: { plan?: Turn[]; write?: Turn[]; review?: Turn[] }): Script[] =>
  (['plan', 'write', 'review'] as const).flatMap((role) => (turns[role] ? [{ when: prompts[role], turns: turns[role] }] : []))

interface Masters {
  planner: 'claude' | 'codex'
  implementer: 'claude' | 'codex'
  reviewer: 'claude' | 'codex'
}

/** The demo's sample as a repository, scripted models, and the presets pointed at them by variables alone, as a person would. */
async function given(models: { claude: Script[]; codex: Script[] }, masters: Masters) {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const claude = stack.use(await startScriptedAnthropic(models.claude))
  const codex = stack.use(await startScriptedOpenAI(models.codex))
  const repository = await sampleRepository(folder.path)
  const home = path.join(folder.path, 'home')
  await mkdir(home)
  const env = {
    PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: home,
    CORTEX_CACHE_DIR: cacheFolder(process.env),
    CLAUDE_CONFIG_DIR: undefined,
    CODEX_HOME: undefined,
    ANTHROPIC_BASE_URL: claude.url,
    ANTHROPIC_API_KEY: 'dummy-anthropic-key',
    OPENAI_BASE_URL: `${codex.url}/v1`,
    OPENAI_API_KEY: 'dummy-openai-key',
  }
  const job: MainJobOptions = {
    repository,
    env,
    config: {
      agents: {
        claude: { preset: 'claude', hosts: [new URL(claude.url).host], set_env: { CLAUDE_CODE_MAX_RETRIES: '3' } },
        codex: { preset: 'codex', hosts: [new URL(codex.url).host], model: 'gpt-5.5' },
      },
      masters: { default: masters },
    },
  }
  const all = stack.move()
  return { claude, codex, repository, folder: folder.path, env, job, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const of = <T extends Fact['type']>(facts: readonly Fact[], type: T): Fact<T>[] =>
  facts.filter((fact): fact is Fact<T> => fact.type === type)

/** Throws unless the sample's tests pass on the branch. */
const testBranch = async (repository: string, branch: string, folder: string): Promise<void> => {
  await git(folder, 'clone', '--quiet', '--branch', branch, repository, 'delivered')
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  execFileSync(process.execPath, ['--test'], { cwd: path.join(folder, 'delivered'), env, stdio: 'pipe' })
}

const claudeLeads: Masters = { planner: 'claude', implementer: 'claude', reviewer: 'codex' }
const claudeWorks = scripted({ plan: [{ answer: plan }], write: edit(fault, mended) })
const codexApproves = scripted({ review: [{ answer: approves }] })

test('claude plans and writes, codex reviews, and what it took is on record', options, async () => {
  await using setting = await given({ claude: claudeWorks, codex: codexApproves }, claudeLeads)
  using seen = watchProcesses(versions.claude)
  const { task: end, facts } = await runMainJob({ ...setting.job, task })
  assert.equal(end.phase, 'completed', told(facts))
  await testBranch(setting.repository, end.outcome?.branch ?? '', setting.folder)

  const { usage } = end.outcome ?? assert.fail('no outcome')
  assert.ok(usage.inputTokens >= 400 && usage.outputTokens >= 80, JSON.stringify(usage))
  assert.ok((usage.costUsd ?? 0) > 0, 'what claude says it cost')
  assert.equal(of(facts, 'code.written')[0]?.data.agentVersion.includes(versions.claude), true)
  assert.equal(of(facts, 'plan.answered')[0]?.data.agent, 'claude')
  assert.equal(of(facts, 'review.passed')[0]?.data.reviewer, 'codex')

  for (const model of [setting.claude, setting.codex])
    assert.ok(
      model.requests.some((request) => request.includes(mark)),
      'the prompt came on stdin',
    )
  const lines = [...seen.lines].join('\n')
  assert.match(lines, /claude -p /)
  assert.match(lines, /codex exec /)
  for (const secret of [mark, 'Multiply the price', 'dummy-'])
    assert.equal(lines.includes(secret), false, `"${secret}" is in a command line`)
  assert.equal(setting.codex.headers[0]?.authorization, 'Bearer dummy-openai-key')
})

test('codex writes, claude rejects once, they swap, and what claude then writes passes', options, async () => {
  const models = {
    codex: scripted({ plan: [{ answer: plan }], write: edit(fault, half), review: [{ answer: approves }] }),
    claude: scripted({ review: [{ answer: rejects }], write: edit(half, mended) }),
  }
  await using setting = await given(models, { planner: 'codex', implementer: 'codex', reviewer: 'claude' })
  const { task: end, facts } = await runMainJob({ ...setting.job, task })
  assert.equal(end.phase, 'completed', told(facts))
  await testBranch(setting.repository, end.outcome?.branch ?? '', setting.folder)
  assert.deepEqual(
    of(facts, 'attempt.started').map(({ data }) => [data.attempt.implementer, data.attempt.reviewer]),
    [
      ['codex', 'claude'],
      ['claude', 'codex'],
    ],
  )
  const written = of(facts, 'code.written')
  assert.match(written[0]?.data.agentVersion ?? '', new RegExp(versions.codex.replaceAll('.', '\\.')))
  assert.equal(end.outcome?.handoffs, 1)
  assert.ok(setting.claude.requests.some((request) => request.includes(prompts.write) && request.includes('it adds the quantity')))
})

test('models that are overloaded twice are asked again, and the job is done', options, async () => {
  await using setting = await given({ claude: claudeWorks, codex: codexApproves }, claudeLeads)
  setting.claude.failNext(2, 529)
  setting.codex.failNext(2, 529)
  const { task: end, facts } = await runMainJob({ ...setting.job, task })
  assert.equal(end.phase, 'completed', told(facts))
})

for (const name of ['claude', 'codex'] as const)
  test(`a key that ${name}'s model does not take goes to a person, in words`, options, async () => {
    const refuses = scripted({ plan: [{ refuse: 401, message: 'this key is not known here' }] })
    await using setting = await given({ claude: refuses, codex: refuses }, { planner: name, implementer: 'claude', reviewer: 'codex' })
    const { task: end, facts } = await runMainJob({ ...setting.job, task })
    assert.equal(end.phase, 'escalated', told(facts))
    assert.match(end.end?.reason ?? '', /gave no plan \(permanent\).*(this key is not known here|401)/)
    assert.equal(end.end?.reason.includes('dummy-'), false)
  })

test('an agent that is killed in the middle of its work is started again, and no attempt is lost', options, async () => {
  await using setting = await given({ claude: claudeWorks, codex: codexApproves }, claudeLeads)
  await using job = await startMainJob(setting.job)
  const kill = async (arrived: Promise<void>, program: string): Promise<void> => {
    await arrived
    // A child that it has just forked looks the same until it runs something else; the agent itself is the older one.
    const running = [...processesWith(runsOf(job))].filter(([, line]) => line.includes(program)).map(([pid]) => pid)
    assert.ok(running.length > 0, `${program}is running`)
    process.kill(Math.min(...running), 'SIGKILL')
  }
  const kills = Promise.all([
    kill(setting.claude.holdNext(prompts.write), 'claude -p '),
    kill(setting.codex.holdNext(prompts.review), 'codex exec '),
  ])
  const id = ask(job, task)
  const ended = approveAndWait(job, id)
  const [end] = await Promise.all([ended, Promise.race([kills, ended])])
  const facts = await job.facts(id)
  assert.equal(end.phase, 'completed', told(facts))
  await kills
  assert.equal(of(facts, 'code.failed')[0]?.data.class, 'infrastructure')
  assert.match(of(facts, 'code.failed')[0]?.data.reason ?? '', /ended by SIGKILL/)
  assert.equal(of(facts, 'review.unanswered')[0]?.data.code, 'infrastructure')
  assert.equal(end.outcome?.attempts, 1)
})

test('cancelling while claude waits for its model ends both within seconds', options, async () => {
  await using setting = await given({ claude: claudeWorks, codex: codexApproves }, claudeLeads)
  await using job = await startMainJob(setting.job)
  const held = setting.claude.holdNext(prompts.write)
  const id = ask(job, task)
  const ended = approveAndWait(job, id)
  await Promise.race([held, ended.then(async () => assert.fail(told(await job.facts(id))))])
  assert.match([...processesWith(runsOf(job)).values()].join('\n'), /claude -p /)
  const begun = performance.now()
  job.publish('task.cancelled', { id, reason: 'changed my mind' })
  assert.equal((await ended).phase, 'cancelled')
  await until(() => processesWith(runsOf(job)).size === 0, 8_000)
  assert.ok(performance.now() - begun < 8_000)
  assert.equal(await git(setting.repository, 'branch', '--list', 'cortex/*'), '')
})

test('the demo plays with the real command lines', options, async () => {
  await using setting = await given({ claude: claudeWorks, codex: codexApproves }, claudeLeads)
  const lines: string[] = []
  const exit = await demo({
    lane: 'cli',
    scenario: 'success',
    yes: true,
    agents: ['claude', 'codex'],
    folder: path.join(setting.folder, 'demo'),
    sample: quickSample(setting.folder),
    env: setting.env,
    ackWait: '1s',
    print: (line) => lines.push(line),
    paint: (_colour, text) => text,
    signal: AbortSignal.timeout(60_000),
  })
  assert.equal(exit, 0, lines.join('\n'))
  assert.ok(lines.includes('Agents: claude plans and writes, codex reviews.'), lines.join('\n'))
  assert.match(lines.join('\n'), /Tokens {2}\d+ in, \d+ out, 0\.\d+ USD/)
  assert.ok(setting.claude.requests.some((request) => request.includes(scenarios.success.title)))
})
