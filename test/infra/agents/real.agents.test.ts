import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { AgentRun } from '../../../functions/ports.ts'
import { createAgents } from '../../../infra/agents/agents.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { createGit } from '../../../infra/git/git.ts'
import { openSandbox, withBorrowed } from '../../../infra/sandbox/sandbox.ts'
import { programs, realAgentSettings, unlessInstalled } from '../../support/real-agents.ts'
import { startScriptedAnthropic } from '../../support/scripted-anthropic.ts'
import type { Script } from '../../support/scripted-model.ts'
import { startScriptedOpenAI } from '../../support/scripted-openai.ts'
import { noSecrets } from '../../support/secrets.ts'
import { makeRepository, temporaryFolder, until } from '../../support/temporary.ts'

const plan = { summary: 'add hello', steps: ['write hello.txt'] }
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['summary', 'steps'],
  properties: { summary: { type: 'string' }, steps: { type: 'array', items: { type: 'string' } } },
}
/** Stands in the command line of a command that would run for ever. */
const stayer = `cortex-stays-${process.pid}`
const scripts: Script[] = [
  { when: '[[implement]]', turns: [{ write: { file: 'hello.txt', content: 'hello\n' } }, { say: 'All done.' }] },
  { when: '[[plan]]', turns: [{ answer: plan }] },
  { when: '[[sneaky]]', turns: [{ write: { file: 'sneaky.txt', content: 'x\n' } }, { say: 'Reviewed.' }] },
  {
    when: '[[git]]',
    turns: [
      { run: 'git log --format=subject:%s' },
      { run: 'git config --list --show-origin; git for-each-ref; git remote -v' },
      { say: 'Looked.' },
    ],
  },
  { when: '[[stay]]', turns: [{ run: `node -e 'setInterval(() => {}, 1000)' ${stayer}` }, { say: 'Never said.' }] },
  { when: '[[unauthorised]]', turns: [{ refuse: 401, message: 'no such key' }] },
]

/** Processes whose command line contains the text; zombies have none. */
function countProcesses(text: string): number {
  const ids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
  return ids.filter((id) => commandLine(id).includes(text)).length
}

function commandLine(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8')
  } catch {
    return '' // it has ended meanwhile
  }
}

/** A worktree of a mirror, scripted models for both, and the real binaries. */
async function given() {
  const folder = await temporaryFolder()
  const sha = await makeRepository(path.join(folder.path, 'repo'), { 'README.md': 'x\n' })
  const { projects } = ConfigSchema.parse({ projects: { demo: { path: 'repo' } } })
  const git = createGit({
    projects,
    cacheDir: path.join(folder.path, 'cache'),
    configDir: folder.path,
    env: process.env,
    log: { warn: () => undefined },
  })
  await git.resolve('demo')
  const tree = await git.worktree({ project: 'demo', sha, key: 'run' })
  const models = { claude: await startScriptedAnthropic(scripts), codex: await startScriptedOpenAI(scripts) }
  const sandbox = await openSandbox({ settings: ConfigSchema.parse({}).sandbox, env: process.env, closed: [folder.path] })
  const { agents, env } = await realAgentSettings(folder.path, sandbox.missing === null, {
    claude: models.claude.url,
    codex: models.codex.url,
  })
  const service = createAgents({
    agents,
    projects,
    patience: { sameAction: 20, silenceMs: 60_000 },
    sandbox: withBorrowed(sandbox, git.borrowedBy),
    secrets: noSecrets(),
    dataDir: path.join(folder.path, 'data'),
    env,
    programs,
  })
  const lines: string[] = []
  const run = (agent: string, role: AgentRun['role'], prompt: string, more: Partial<AgentRun> = {}) =>
    service.run({
      agent,
      role,
      prompt,
      cwd: tree.path,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      key: `real-${agent}`,
      onLine: (line) => lines.push(line),
      ...more,
    })
  const end = async () => {
    await models.claude[Symbol.asyncDispose]()
    await models.codex[Symbol.asyncDispose]()
    await sandbox[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return { run, models, git, tree, lines, repository: path.join(folder.path, 'repo'), [Symbol.asyncDispose]: end }
}

for (const name of ['claude', 'codex'] as const) {
  const options = { skip: unlessInstalled(name) }

  test(`${name} writes a file in the worktree and reports its tokens`, options, async () => {
    await using setting = await given()
    const result = await setting.run(name, 'implement', 'Add hello.txt [[implement]]')
    assert.ok(result.ok, JSON.stringify(result))
    assert.equal(result.text, 'All done.')
    assert.equal(await readFile(path.join(setting.tree.path, 'hello.txt'), 'utf8'), 'hello\n')
    assert.equal(await setting.git.isDirty(setting.tree), true)
    assert.ok(result.usage.inputTokens >= 180 && result.usage.outputTokens >= 40, JSON.stringify(result.usage))
    assert.match(result.version, /\d+\.\d+\.\d+/)
    assert.ok(
      setting.lines.some((line) => /hello\.txt/.test(line)),
      setting.lines.join('\n'),
    )
    assert.equal(JSON.stringify(result).includes('dummy-'), false)
  })

  test(`${name} plans by a schema and writes nothing`, options, async () => {
    await using setting = await given()
    const result = await setting.run(name, 'plan', 'Plan it [[plan]]', { schema })
    assert.ok(result.ok, JSON.stringify(result))
    assert.deepEqual(result.structured ?? JSON.parse(result.text), plan)
    assert.ok(setting.models[name].requests[0]?.includes('additionalProperties'), 'the schema was sent')
    assert.equal(await setting.git.isDirty(setting.tree), false)
  })

  test(`${name} cannot write as a reviewer, even when its model wants to`, options, async () => {
    await using setting = await given()
    await setting.run(name, 'review', 'Review it [[sneaky]]')
    assert.ok(setting.models[name].requests.length >= 2, 'it tried')
    assert.equal(await setting.git.isDirty(setting.tree), false)
  })

  test(`${name} runs git in the worktree and finds no way to the repository of the person`, options, async () => {
    await using setting = await given()
    const result = await setting.run(name, 'implement', 'Look around [[git]]')
    assert.ok(result.ok, JSON.stringify(result))
    const seen = setting.models[name].requests.at(-1) ?? ''
    assert.match(seen, /subject:first/)
    assert.equal(seen.includes(setting.repository), false)
    // Claude's list of allowed commands has no "git config"; codex confines what a command may do instead.
    assert.deepEqual(
      result.denials.map((denial) => denial.slice(0, 4)),
      name === 'claude' ? ['Bash'] : [],
    )
  })

  test(`${name} and the command it runs are gone after an abort`, { skip: options.skip || process.platform !== 'linux' }, async () => {
    await using setting = await given()
    const controller = new AbortController()
    const reason = new Error('cancelled')
    const running = setting.run(name, 'implement', 'Stay [[stay]]', { signal: controller.signal })
    running.catch(() => undefined) // looked at below
    await until(() => countProcesses('setInterval(() => {}, 1000)\0' + stayer) > 0)
    controller.abort(reason)
    await assert.rejects(running, reason)
    assert.equal(countProcesses(stayer), 0)
  })

  test(`${name} gets over an overloaded model`, options, async () => {
    await using setting = await given()
    setting.models[name].failNext(1, 529)
    const result = await setting.run(name, 'implement', 'Add hello.txt [[implement]]')
    assert.ok(result.ok, JSON.stringify(result))
  })

  test(`${name} with an overloaded model that stays so is retryable, with a bad key permanent`, options, async () => {
    await using setting = await given()
    setting.models[name].failNext(100, 529)
    const overloaded = await setting.run(name, 'plan', 'Plan it [[plan]]')
    assert.ok(!overloaded.ok)
    assert.equal(overloaded.class, 'retryable', overloaded.reason)
    setting.models[name].failNext(0, 200)
    const refused = await setting.run(name, 'plan', 'Plan it [[unauthorised]]')
    assert.ok(!refused.ok)
    assert.equal(refused.class, 'permanent', refused.reason)
  })
}
