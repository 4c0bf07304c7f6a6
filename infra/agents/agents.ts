import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { noUsage, withCost } from '../../domain/task.ts'
import type { AgentResult, AgentRun, Agents } from '../../functions/ports.ts'
import type { AgentConfig, ProjectConfig } from '../config/config-schema.ts'
import { type Environment, pickVariables } from '../config/environment.ts'
import { runProcess } from '../processes/processes.ts'
import { sampleLines } from '../processes/sample-lines.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { maskWithin } from '../secrets/mask-within.ts'
import type { OwnSecrets } from '../secrets/secrets.ts'
import { keepVigil, type Patience, type Vigil } from './circles.ts'
import { confinementOf, giveVariables } from './confined.ts'
import { credentialsOf } from './credentials.ts'
import { type Format, formats } from './formats.ts'
import { judgeRun } from './judge.ts'
import { resolveAgent } from './presets.ts'
import { fillCommand, type ResolvedAgent } from './resolved-agent.ts'
import { openScratch, type Scratch } from './scratch.ts'
import { whenAgain } from './when-again.ts'

export interface AgentsOptions {
  agents: Record<string, AgentConfig>
  projects: Record<string, ProjectConfig>
  sandbox: Sandbox
  /** What agents are given is told to it, and nothing of it leaves a run. */
  secrets: OwnSecrets
  /** When an agent is taken for stuck. */
  patience: Patience
  /** Scratch folders and the records of process groups go here. */
  dataDir: string
  /** Our environment: what an agent gets is picked from it by name. */
  env: Environment
  /** Where programs lie that are not on PATH: program name -> absolute path. */
  programs?: Readonly<Record<string, string>>
}

const logBytes = 4 * 1024 * 1024
const answerBytes = 1024 * 1024
const parsedBytes = 8 * 1024 * 1024
const lineLength = 200

/** Variables every agent gets. No git identity, no prompts, no editor: an agent's git reads no settings of the person. */
function commonVariables(env: Environment, scratch: Pick<Scratch, 'home' | 'temporary'>): Record<string, string> {
  return {
    PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: scratch.home,
    TMPDIR: scratch.temporary,
    LANG: env['LANG'] ?? 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Cortex',
    GIT_AUTHOR_EMAIL: 'cortex@localhost',
    GIT_COMMITTER_NAME: 'Cortex',
    GIT_COMMITTER_EMAIL: 'cortex@localhost',
    ...pickVariables(env, ['USER', 'LOGNAME', 'TZ']),
  }
}

/** One line without control characters, cut. */
function tidyLine(line: string): string {
  return line
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, lineLength)
}

function refusal(version: string, reason: string): AgentResult {
  return { ok: false, class: 'permanent', reason, text: '', usage: noUsage, version, exitCode: null, log: '', denials: [] }
}

function createVersions(options: AgentsOptions) {
  const known = new Map<string, Promise<string>>()
  async function ask(argv: readonly string[], agent: ResolvedAgent): Promise<string> {
    const cwd = path.resolve(options.dataDir)
    await mkdir(cwd, { recursive: true, mode: 0o700 })
    const env = {
      ...commonVariables(options.env, { home: cwd, temporary: cwd }),
      ...pickVariables(options.env, agent.env),
      ...agent.setEnv,
    }
    const answer = await runProcess({ argv, cwd, env, timeoutMs: 20_000 })
    const line = answer.exitCode === 0 ? tidyLine(answer.stdout.trim().split('\n')[0] ?? '') : ''
    return line || 'unknown'
  }
  /** What `--version` prints; asked once, but asked again as long as it is not known: the program may be installed meanwhile. */
  return async (argv: readonly string[], agent: ResolvedAgent): Promise<string> => {
    const id = argv.join('\0')
    const asked = known.get(id) ?? ask(argv, agent)
    known.set(id, asked)
    const version = await asked
    if (version === 'unknown') known.delete(id)
    return version
  }
}

/** The argv of this run. */
function commandOf(agent: ResolvedAgent, run: AgentRun, scratch: Scratch, given: Environment): string[] {
  return fillCommand(run.role === 'implement' ? agent.command : agent.readCommand, {
    model: agent.model,
    role: run.role,
    schema_file: scratch.schemaFile,
    schema_json: run.schema && JSON.stringify(run.schema),
    last_message_file: scratch.lastMessageFile,
    prompt_file: scratch.promptFile,
    allow: agent.allow.map((tool) => `,${tool}`).join(''),
    openai_base_url: given['OPENAI_BASE_URL'] || undefined,
  })
}

/** The program looked up among those that are not on PATH. */
function located(argv: readonly string[], programs: AgentsOptions['programs']): string[] {
  const [program = '', ...rest] = argv
  return [programs?.[program] ?? program, ...rest]
}

/** Hands on what a line of output says to people, if anything: short, tidy, without secrets. */
function progressReporter(run: AgentRun, format: Format, secrets: OwnSecrets) {
  const { onLine, done } = secrets.maskLines((line) => {
    const tidy = tidyLine(line)
    if (tidy) run.onLine?.(tidy)
  })
  const sample = sampleLines(onLine)
  return {
    onLine: (line: string, stream: 'stdout' | 'stderr'): void => {
      const said = run.onLine && format.progress(line, stream)
      if (said) sample.line(said)
    },
    done: () => {
      sample.end()
      return done()
    },
  }
}

/** Whose output may come at its end alone is never stuck, unless its operator says how long it may be silent. */
function vigilOver({ name, output, silenceMs }: ResolvedAgent, argv: readonly string[], patience: Patience): Vigil {
  const { acts, speaksAtOnce } = formats[output]
  if (silenceMs === undefined) return keepVigil(patience, acts, { speaksAtOnce: speaksAtOnce?.(argv) ?? false })
  const own = { ...patience, silenceMs, silenceIn: `agents.${name}.silence` }
  return keepVigil(own, acts ?? (() => []), { speaksAtOnce: true })
}

/** Runs the agent once and reads its answer. Throws the signal's reason when aborted. */
async function execute(options: AgentsOptions, agent: ResolvedAgent, run: AgentRun, version: string): Promise<AgentResult> {
  const promptInFile = agent.prompt === 'file'
  await using scratch = await openScratch(options.dataDir, run.key, { schema: run.schema, prompt: promptInFile ? run.prompt : undefined })
  const outside = agent.completeEnv({ ...pickVariables(options.env, agent.env), ...agent.setEnv })
  using variables = await giveVariables({ agent, outside, scratch }, options.sandbox.lend)
  const { given, hasStandIns } = variables
  options.secrets.learn(await credentialsOf(agent, outside))
  const mask = async (text: string): Promise<string> => (await options.secrets.mask(text)).text
  const format = formats[agent.output]
  const progress = progressReporter(run, format, options.secrets)
  const argv = located(commandOf(agent, run, scratch, given), options.programs)
  const vigil = vigilOver(agent, argv, options.patience)
  const process = {
    argv,
    cwd: run.cwd ?? scratch.work,
    env: { ...commonVariables(options.env, scratch), ...given, TMPDIR: scratch.temporary },
    stdin: promptInFile ? '' : run.prompt,
    timeoutMs: run.timeoutMs,
    signal: AbortSignal.any([run.signal, vigil.signal]),
    maxOutputBytes: parsedBytes,
    groupRecord: { dataDir: options.dataDir, key: run.key },
    ...(format.isLastLine ? { isLastLine: format.isLastLine } : {}),
    onLine: (line: string, stream: 'stdout' | 'stderr') => {
      vigil.line(line, stream)
      progress.onLine(line, stream)
    },
  }
  const ended = await options.sandbox.run(
    process,
    confinementOf({ agent, run, scratch, given, hasStandIns, project: options.projects[run.project ?? ''] }),
  )
  vigil.end()
  if (ended.aborted && run.signal.aborted) throw run.signal.reason
  await progress.done()
  const parsed = format.parse({ stdout: ended.stdout, stderr: ended.stderr, lastMessage: await scratch.lastMessage() })
  const failure = judgeRun({
    ...{ agent: agent.name, role: run.role, output: agent.output, timeoutMs: run.timeoutMs, parsed, process: ended },
    stuck: vigil.signal.aborted ? String(vigil.signal.reason) : undefined,
  })
  const common = {
    text: await maskWithin(parsed.text, answerBytes, options.secrets),
    usage: withCost(parsed.usage, { input: agent.inputUsdPerMtok, output: agent.outputUsdPerMtok }),
    model: parsed.model ?? agent.model,
    version,
    exitCode: ended.exitCode,
    log: await maskWithin(ended.stderr ? `${ended.stdout}\n--- stderr ---\n${ended.stderr}` : ended.stdout, logBytes, options.secrets),
    denials: await Promise.all(parsed.denials.map(mask)),
  }
  if (failure) {
    const again = failure.class === 'retryable' && whenAgain(failure.reason, new Date())
    return {
      ok: false,
      class: failure.class,
      reason: await mask(`${failure.reason}${notReached(agent, ended.refused)}`),
      ...(again ? { until: again.toISOString() } : {}),
      ...common,
    }
  }
  return { ok: true, ...(parsed.structured === undefined ? {} : { structured: parsed.structured }), ...common }
}

/** Who failed may have missed a host: the person reads which, and what opens it. */
function notReached({ name }: ResolvedAgent, refused: readonly string[]): string {
  if (refused.length === 0) return ''
  return ` The sandbox did not let it reach ${refused.join(', ')}; if it needs that, name it in hosts of [agents.${name}], or in network of the project.`
}

/** The `Agents` service: every configured agent as a child process with an environment of its own. */
export function createAgents(options: AgentsOptions): Agents {
  const agents = new Map(
    Object.entries(options.agents).map(([name, config]) => [name, resolveAgent(name, config, options.sandbox.missing === null)]),
  )
  const versionOf = createVersions(options)
  return {
    names: () => [...agents.keys()],
    has: (name, role) => agents.get(name)?.roles.includes(role) ?? false,
    run: async (run) => {
      run.signal.throwIfAborted()
      const agent = agents.get(run.agent)
      if (!agent) return refusal('unknown', `There is no agent "${run.agent}". Add [agents.${run.agent}] to cortex.toml.`)
      if (!agent.roles.includes(run.role)) {
        return refusal(
          'unknown',
          `Agent "${run.agent}" does not do "${run.role}". Give it that role and a command for it in [agents.${run.agent}].`,
        )
      }
      return execute(options, agent, run, await versionOf(located(agent.versionCommand, options.programs), agent))
    },
  }
}
