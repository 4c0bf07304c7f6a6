import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { AgentRun } from '../../functions/ports.ts'
import type { ProjectConfig } from '../config/config-schema.ts'
import { type Confinement, reachOf } from '../sandbox/sandbox.ts'
import { loginFolder } from './credentials.ts'
import type { ResolvedAgent } from './resolved-agent.ts'
import type { Scratch } from './scratch.ts'

/**
 * The agent's variables for a run in the sandbox: its home is the run's scratch folder, with a copy of the person's login.
 * What the agent writes to its login is lost with the run.
 */
export async function confinedVariables(
  agent: ResolvedAgent,
  given: Readonly<Record<string, string>>,
  scratch: Scratch,
): Promise<Record<string, string>> {
  const { login } = agent
  if (!login) return { ...given, HOME: scratch.home }
  const from = loginFolder(agent, given)
  const folder = path.join(scratch.home, login.folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const file of from === undefined ? [] : login.files) {
    // Absent where the person signed in by a variable, or not at all: the agent says so itself.
    await copyFile(path.join(from!, file), path.join(folder, file)).catch(() => undefined)
  }
  return { ...given, HOME: scratch.home, [login.variable]: folder }
}

interface Work {
  agent: ResolvedAgent
  run: AgentRun
  scratch: Scratch
  given: Readonly<Record<string, string>>
  project: ProjectConfig | undefined
}

/** What this run may read, write and reach. Only an implementer writes its worktree and has what the project's settings give. */
export function confinementOf({ agent, run, scratch, given, project }: Work): Confinement {
  const works = run.role === 'implement'
  const worktree = run.cwd === undefined ? [] : [run.cwd]
  const { hosts, isOpen } = reachOf(works && project ? project.network : 'none')
  return {
    reads: [...agent.reads, ...(works ? (project?.reads ?? []) : worktree)],
    writes: [scratch.folder, ...(works ? worktree : [])],
    hosts: [...agent.hosts, ...namedServers(given), ...hosts],
    isOpen,
  }
}

/** The model servers that variables name, such as ANTHROPIC_BASE_URL: that port alone, so that one on loopback opens nothing else. Pure. */
export function namedServers(given: Readonly<Record<string, string>>): string[] {
  return Object.entries(given)
    .filter(([name, value]) => name.endsWith('_BASE_URL') && URL.canParse(value))
    .map(([, value]) => new URL(value))
    .filter(({ hostname }) => hostname.includes('.') || hostname.includes(':') || hostname === 'localhost')
    .map(({ hostname, port, protocol }) => `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`)
}
