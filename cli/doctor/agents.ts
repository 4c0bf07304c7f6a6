import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { resolveAgent } from '../../infra/agents/presets.ts'
import type { ResolvedAgent } from '../../infra/agents/resolved-agent.ts'
import type { LoadedConfig } from '../../infra/config/config.ts'
import { pickVariables } from '../../infra/config/environment.ts'
import { type ProcessResult, runProcess } from '../../infra/processes/processes.ts'
import { openSandbox } from '../../infra/sandbox/sandbox.ts'
import { findOnPath } from '../../infra/setup/cache.mjs'
import { type DoctorFinding, type DoctorInput, firstLine, missing, optional, well } from './finding.ts'
import { keyFinding } from './keys.ts'

const howToGet: Readonly<Record<string, string>> = {
  claude: 'npm install -g @anthropic-ai/claude-code, then start claude once to sign in',
  codex: 'npm install -g @openai/codex, then run codex login',
}

/** Each configured agent with what its own `--version` says. */
export async function agentFindings({ loaded, env }: DoctorInput): Promise<DoctorFinding[]> {
  const agents = Object.entries(loaded.config.agents)
  if (agents.length === 0) return [withoutAgents(['claude', 'codex'].filter((name) => findOnPath(name, env) !== null))]
  return Promise.all(
    agents.map(async ([name, settings]) => {
      const agent = resolveAgent(name, settings)
      const [program = '', ...args] = agent.versionCommand
      const ended = await versionOf([program, ...args], { ...pickVariables(env, [...small, ...agent.env]), ...agent.setEnv })
      return versionFinding(agent, ended)
    }),
  )
}

/** What came of asking an agent for its version. Pure. */
export function versionFinding(
  { name, versionCommand, roles }: Pick<ResolvedAgent, 'name' | 'versionCommand' | 'roles'>,
  ended: ProcessResult,
): DoctorFinding {
  const label = `agent ${name}`
  if (ended.exitCode === 0) return well(label, `${firstLine(ended.stdout)} (${roles.join(', ')})`)
  const [program = ''] = versionCommand
  const change = `or change agents.${name} in cortex.toml`
  const advice = ended.startFailure
    ? (howToGet[basename(program)] ?? `install ${program}, ${change}`)
    : `it is there: run "${versionCommand.join(' ')}" yourself, see what it waits for or says, and mend that, ${change}`
  return missing(label, `${program} does not answer: ${whyNot(ended)}`, advice)
}

const small = ['PATH', 'HOME', 'XDG_CACHE_HOME', 'LANG', 'TMPDIR']
const VERSION_MS = 15_000

/** In an empty folder: what it writes and whom it starts are gone with it. */
async function versionOf(argv: readonly string[], env: Record<string, string>): Promise<ProcessResult> {
  const folder = await mkdtemp(join(tmpdir(), 'cortex-version-'))
  try {
    return await runProcess({ argv, cwd: folder, env, timeoutMs: VERSION_MS, graceMs: 500 })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Pure. */
function whyNot({ startFailure, timedOut, stdout, stderr, exitCode, signal }: ProcessResult): string {
  if (startFailure) return startFailure.message
  if (timedOut) return `no end after ${VERSION_MS / 1000} s`
  return `${firstLine(stderr) || firstLine(stdout) || 'no output'} (${signal ?? `exit ${exitCode}`})`
}

/** Agents whose `allow` goes nowhere: only a command with `{allow}` in it hands it on, of the presets claude's. Pure. */
export function allowFinding({
  loaded,
}: {
  readonly loaded: { readonly config: Pick<LoadedConfig['config'], 'agents'> }
}): DoctorFinding[] {
  const isHandedOn = (command: readonly string[]): boolean => command.some((part) => part.includes('{allow}'))
  const deaf = Object.entries(loaded.config.agents)
    .filter(([name, settings]) => settings.allow.length > 0 && !isHandedOn(resolveAgent(name, settings).command))
    .map(([name]) => name)
  if (deaf.length === 0) return []
  const found = `${deaf.join(', ')} ${deaf.length === 1 ? 'does' : 'do'} not hear of "allow": of the presets only claude takes it`
  return [
    optional(
      'allow',
      found,
      'take it away: codex is held by its sandbox, not by a list; a command of your own takes it where {allow} stands',
    ),
  ]
}

/** Pure. */
export function withoutAgents(onPath: readonly string[]): DoctorFinding {
  const name = onPath[0] ?? 'claude'
  const seen = onPath.length > 0 ? `none configured, though ${onPath.join(' and ')} can be started here` : 'none configured'
  return missing('agents', seen, `add a section [agents.${name}] with preset = "${name}" to cortex.toml`)
}

/** Runs something in the sandbox: whether it can be had shows in no other way. */
export async function sandboxFinding({ loaded, env }: DoctorInput): Promise<DoctorFinding[]> {
  await using sandbox = await openSandbox({ settings: loaded.config.sandbox, env, closed: [loaded.dataDir, loaded.cacheDir] })
  if (sandbox.missing === null)
    return [well('sandbox', 'works: agents, setup and checks see and write their worktree alone'), ...(await keyFinding({ loaded, env }))]
  const advice = 'until then agents run as you, with your files and your network; every plan and every outcome says so'
  return [optional('sandbox', sandbox.missing, advice)]
}
