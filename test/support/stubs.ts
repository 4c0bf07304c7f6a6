import type { AgentResult, AgentRun, Agents, Git, Services } from '../../functions/ports.ts'
import { productSchema } from '../../infra/app/configuration.ts'
import type { Config } from '../../infra/config/config-schema.ts'
import { TREE } from './facts.ts'
import { stubSecrets } from './secrets.ts'

/** The services a test names, each with the members it names. */
export type Stubs = { readonly [S in Exclude<keyof Services, 'config'>]?: Partial<Services[S]> } & { readonly config?: Config }

/** What nobody named must not be used: the handler asks for more than the test says. */
const only = (place: string, named: object): object =>
  new Proxy(named, {
    get: (target, key) => {
      if (Reflect.has(target, key)) return Reflect.get(target, key)
      throw new Error(`the function uses ${place}.${String(key)}, which the test does not name`)
    },
  })

/** The configuration of tests: project "shop", agents "claude" and "codex"; what is given comes over the defaults. */
export const config = (given: Record<string, unknown> = {}): Config =>
  productSchema.parse({
    projects: { shop: { path: '/repositories/shop' } },
    agents: { claude: { preset: 'claude' }, codex: { preset: 'codex' } },
    ...given,
  })

/** A change that touches nothing of what judges it. */
export const untouched: Services['yardstick'] = {
  changes: async () => [],
  meddling: async () => [],
  layOver: async ({ headSha }) => headSha,
  canaries: async () => [],
  plant: async ({ sha }) => sha,
  watch: async () => async () => [],
}

/** A disk with room for everything. */
export const roomyDisk: Services['disk'] = { shortage: async () => undefined }

/** Services of what a test names; everything else throws in words when it is touched. The configuration has a default. */
export const stubServices = (stubs: Stubs): Services => {
  const named = Object.entries(stubs).filter(([name]) => name !== 'config')
  const whole = named.map(([name, members]) => [name, only(`services.${name}`, members)])
  // A member that is missing throws as soon as it is touched, so to the handler the stubs are whole.
  return only('services', {
    sandbox: { missing: null },
    secrets: stubSecrets,
    yardstick: untouched,
    disk: roomyDisk,
    agents: only('services.agents', agentsWith()),
    model: only('services.model', { configured: false }),
    git: only('services.git', { whyUnusable: async () => null }),
    ...Object.fromEntries(whole),
    config: stubs.config ?? config(),
  }) as Services
}

type Roles = Readonly<Record<string, readonly AgentRun['role'][]>>

/** Agents with their roles that cannot be run. */
export const agentsWith = (
  roles: Roles = { claude: ['plan', 'implement', 'review', 'answer'], codex: ['plan', 'implement', 'review', 'answer'] },
) =>
  ({
    names: () => Object.keys(roles),
    has: (name, role) => roles[name]?.includes(role) ?? false,
  }) satisfies Partial<Agents>

const usage = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 }

/** What an agent gave back. */
export const agentSaid = (text: string, more: { model?: string; structured?: unknown; denials?: string[] } = {}): AgentResult => ({
  ok: true,
  text,
  usage,
  version: '1.2.3',
  exitCode: 0,
  log: `log: ${text}`,
  denials: [],
  ...more,
})
export const agentFailed = (failure: { class: Extract<AgentResult, { ok: false }>['class']; reason: string }): AgentResult => ({
  ok: false,
  text: '',
  usage,
  version: '1.2.3',
  exitCode: 1,
  log: 'log of a failure',
  denials: [],
  ...failure,
})

/** The git service's own word for a repository that cannot be used as asked. */
export const gitProblem = (words: string): Error => Object.assign(new Error(words), { name: 'GitProblem' })

/** Worktrees that are opened and closed in a list, and a mirror that takes every bundle. */
export const gitWith = (
  more: Partial<Git> = {},
): Partial<Git> & { readonly opened: string[]; readonly closed: string[]; readonly adopted: string[] } => {
  const [opened, closed, adopted]: [string[], string[], string[]] = [[], [], []]
  return {
    opened,
    closed,
    adopted,
    adopt: async ({ headSha, bundle }) => {
      await bundle()
      adopted.push(headSha)
    },
    worktree: async ({ sha, key }) => {
      opened.push(`${key.split('-')[0]} ${sha}`)
      return { path: `/worktrees/${key}`, [Symbol.asyncDispose]: async () => void closed.push(`${key.split('-')[0]} ${sha}`) }
    },
    isDirty: async () => false,
    diff: async () => ({ text: '', files: ['src/cart.js'] }),
    tree: async () => TREE,
    ...more,
  }
}
