import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { AgentRun } from '../../functions/ports.ts'
import type { ProjectConfig } from '../config/config-schema.ts'
import type { KeyProxy, Lent } from '../keys/key-proxy.ts'
import { type Confinement, reachOf } from '../sandbox/sandbox.ts'
import { loginFolder } from './credentials.ts'
import { keyHolding } from './key-holding.ts'
import type { ResolvedAgent } from './resolved-agent.ts'
import type { Scratch } from './scratch.ts'

type Given = Readonly<Record<string, string>>

/** The agent's variables with stand-ins in place of its keys, and where it shows them. Pure. */
export function withStandIns(
  { keyWay }: Pick<ResolvedAgent, 'keyWay'>,
  { standIns, url }: Pick<Lent, 'standIns' | 'url'>,
  given: Given,
): Given {
  return { ...given, ...standIns, ...(keyWay ? { [keyWay.server.variable]: url } : {}) }
}

/** What an agent is given for a run. In the sandbox that are stand-ins for its keys, which end with what is disposed. */
export async function giveVariables(
  { agent, outside, scratch }: { agent: ResolvedAgent; outside: Given; scratch: Scratch },
  lend: KeyProxy['lend'] | null,
): Promise<Disposable & { given: Given; hasStandIns: boolean }> {
  using stack = new DisposableStack()
  const { loan, leftOut } = keyHolding(agent, outside)
  const lent = loan && lend ? stack.use(lend(loan)) : null
  const needed = Object.fromEntries(Object.entries(outside).filter(([name]) => !leftOut.includes(name)))
  const shown = lent ? withStandIns(agent, lent, needed) : needed
  const given = lend ? await confinedVariables(agent, shown, scratch, lent !== null) : outside
  const all = stack.move()
  return { given, hasStandIns: lent !== null, [Symbol.dispose]: () => all.dispose() }
}

/**
 * The agent's variables for a run in the sandbox: its home is the run's scratch folder, with a copy of the person's login where it
 * has no key. What the agent writes to its login is lost with the run.
 */
async function confinedVariables(agent: ResolvedAgent, given: Given, scratch: Scratch, hasKey: boolean): Promise<Given> {
  const { login } = agent
  if (!login) return { ...given, HOME: scratch.home }
  const from = loginFolder(agent, given)
  const folder = path.join(scratch.home, login.folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const file of from === undefined || hasKey ? [] : login.files) {
    // Absent where the person signed in by a variable, or not at all: the agent says so itself.
    await copyFile(path.join(from!, file), path.join(folder, file)).catch(() => undefined)
  }
  return { ...given, HOME: scratch.home, [login.variable]: folder }
}

interface Work {
  agent: ResolvedAgent
  run: AgentRun
  scratch: Scratch
  given: Given
  /** Its key is put in outside: it shows it to nobody itself. */
  hasStandIns?: boolean
  project: ProjectConfig | undefined
}

/** What this run may read, write and reach. Only an implementer writes its worktree and has what the project's settings give. */
export function confinementOf({ agent, run, scratch, given, hasStandIns = false, project }: Work): Confinement {
  const works = run.role === 'implement'
  const worktree = run.cwd === undefined ? [] : [run.cwd]
  const { hosts, isOpen } = reachOf(works && project ? project.network : 'none')
  return {
    reads: [...agent.reads, ...(works ? (project?.reads ?? []) : worktree)],
    writes: [scratch.folder, ...(works ? worktree : [])],
    hosts: [...agent.hosts.filter((host) => !(hasStandIns && agent.keyHosts.includes(host))), ...namedServers(given), ...hosts],
    isOpen,
  }
}

/** The model servers that variables name, such as ANTHROPIC_BASE_URL: that port alone, so that one on loopback opens nothing else. Pure. */
export function namedServers(given: Given): string[] {
  return Object.entries(given)
    .filter(([name, value]) => name.endsWith('_BASE_URL') && URL.canParse(value))
    .map(([, value]) => new URL(value))
    .filter(({ hostname }) => hostname.includes('.') || hostname.includes(':') || hostname === 'localhost')
    .map(({ hostname, port, protocol }) => `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`)
}
