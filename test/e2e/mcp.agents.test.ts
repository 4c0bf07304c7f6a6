import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { bin } from '../support/command-line.ts'
import { type MainJob, startMainJob } from '../support/main-job.ts'
import { TASK_PATIENCE_MS } from '../support/patience.ts'
import { programs, unlessInstalled } from '../support/real-agents.ts'
import { startScriptedAnthropic } from '../support/scripted-anthropic.ts'
import type { ScriptedModel, Turn } from '../support/scripted-model.ts'
import { startScriptedOpenAI } from '../support/scripted-openai.ts'
import { makeRepository, temporaryFolder } from '../support/temporary.ts'

/** The real claude and codex as MCP clients of the whole system; only the models behind them are scripted. */

const mark = 'Please let Cortex say goodbye'
const task = {
  title: 'Say goodbye',
  description: 'In `greeting.txt`, replace `hello` with `goodbye`.',
  project: 'sample',
  idempotency_key: 'once',
}
const call = (tool: string, input: unknown): Turn => ({ call: { server: 'cortex', tool, input } })

/** How the client reaches Cortex: its address, or the command that it starts. */
type Server = { url: string } | { command: string; args: string[] }
const servers: Record<string, (job: MainJob) => Server> = {
  'over HTTP': ({ httpUrl }) => ({ url: `${httpUrl}/mcp` }),
  'on stdio': ({ dataDir }) => ({ command: process.execPath, args: [bin, 'mcp', '--data', dataDir] }),
}

interface Agent {
  readonly name: 'claude' | 'codex'
  readonly startModel: (turns: Turn[]) => Promise<ScriptedModel>
  readonly argv: (server: Server, model: string) => string[]
  readonly env: (folder: string, model: string) => Record<string, string>
}

const claude: Agent = {
  name: 'claude',
  startModel: (turns) => startScriptedAnthropic([{ when: mark, turns }]),
  argv: (server) => [
    ...['-p', '--output-format', 'json', '--permission-mode', 'dontAsk', '--allowedTools', 'mcp__cortex__*'],
    ...['--setting-sources', '', '--strict-mcp-config', '--no-session-persistence', '--mcp-config'],
    JSON.stringify({ mcpServers: { cortex: { type: 'url' in server ? 'http' : 'stdio', ...server } } }),
  ],
  env: (folder, model) => ({
    ANTHROPIC_BASE_URL: model,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CONFIG_DIR: path.join(folder, 'claude'),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
  }),
}

const codex: Agent = {
  name: 'codex',
  startModel: (turns) => startScriptedOpenAI([{ when: mark, turns }]),
  argv: (server, model) => {
    const provider = `{name="scripted",base_url="${model}/v1",env_key="SCRIPTED_KEY",wire_api="responses",request_max_retries=1,stream_max_retries=1}`
    // Else it may ask its model before the server that it has just started is there.
    const awaited = { ...server, required: true }
    const settings = [
      'model_provider="scripted"',
      `model_providers.scripted=${provider}`,
      'analytics.enabled=false',
      ...Object.entries(awaited).map(([key, value]) => `mcp_servers.cortex.${key}=${JSON.stringify(value)}`),
    ]
    return [
      ...['exec', '--json', '--sandbox', 'read-only', ...settings.flatMap((setting) => ['-c', setting])],
      ...['--disable', 'plugins', '--disable', 'unbounded_connection_retries', '-m', 'gpt-5.5', '--ephemeral'],
      ...['--ignore-user-config', '--color', 'never', '--skip-git-repo-check', '-'],
    ]
  },
  env: (folder) => ({ SCRIPTED_KEY: 'dummy', CODEX_HOME: path.join(folder, 'codex') }),
}

const given = async (agent: Agent, how: string) => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const repository = path.join(folder.path, 'repository')
  await makeRepository(repository, { 'greeting.txt': 'hello\n' })
  for (const each of ['codex', 'work', 'temporary']) await mkdir(path.join(folder.path, each))
  const job = stack.use(await startMainJob({ repository }))
  const server = servers[how]?.(job) ?? assert.fail(how)
  /** Runs the agent with a model that takes these turns; answers all that the model was told. */
  const run = async (turns: Turn[]): Promise<string> => {
    await using model = await agent.startModel([...turns, { say: 'Done.' }])
    const env = {
      PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
      HOME: folder.path,
      TMPDIR: path.join(folder.path, 'temporary'),
      ...agent.env(folder.path, model.url),
    }
    const cwd = path.join(folder.path, 'work')
    const running = promisify(execFile)(programs[agent.name] ?? '', agent.argv(server, model.url), { cwd, env, timeout: TASK_PATIENCE_MS })
    running.child.stdin?.end(mark)
    const { stdout } = await running
    assert.match(stdout, /Done\./)
    return model.requests.at(-1) ?? ''
  }
  const all = stack.move()
  return { job, run, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

for (const agent of [claude, codex])
  for (const how of Object.keys(servers))
    test(`${agent.name} ${how}: creates a task, waits for its plan, and cannot approve it by itself`, {
      skip: unlessInstalled(agent.name),
    }, async () => {
      await using setting = await given(agent, how)
      const told = await setting.run([call('cortex_create_task', task)])
      const id = /task-chat-\d+-[0-9a-z]{9}/.exec(told)?.[0] ?? assert.fail(told)
      const opened = await setting.job.until('gate.opened', id)

      const { planHash } = opened.data
      const about = { task_id: id }
      const shown = await setting.run([
        call('cortex_wait_for_task', about),
        call('cortex_review_plan', about),
        call('cortex_approve_plan', { ...about, plan_hash: planHash }),
      ])
      assert.ok(shown.includes(planHash), 'the model learns which plan waits')
      assert.match(shown, /Nothing was decided/)
      const facts = await setting.job.facts(id)
      assert.deepEqual(
        facts.filter(({ type }) => ['plan.approved', 'plan.rejected', 'task.cancelled'].includes(type)),
        [],
        'nobody was there to approve or reject it',
      )
      assert.equal(facts.find(({ type }) => type === 'task.created')?.subject, id)
    })
