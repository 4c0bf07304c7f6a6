import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'

/** Which files belong to which tier, and how they are run. Paths are relative to the root. */
export interface TestTier {
  readonly files: () => string[]
  /** Files that share a process with others, by process: each of these goes on beside the rest of the tier. */
  readonly shared?: () => string[][]
  /** Of the others, files at a time, each in a process of its own. */
  readonly concurrency: number
  /** Milliseconds for one test. */
  readonly timeout: number
  /** It may run at the same time as its neighbours of which this is said, too. */
  readonly isBeside?: true
  /** Its files are run as one tier with those of its neighbours of which this is said, too: one that waits leaves its core to others. */
  readonly isPooled?: true
}

/** A tier by the name under which it is told. */
export interface NamedTier {
  readonly name: string
  readonly tier: TestTier
}

export const root = resolve(import.meta.dirname, '../..')

const architecture = join('test', 'architecture.test.ts')
const endings = ['int', 'e2e', 'wide', 'chaos', 'agents', 'sites', 'containers', 'trust'].map((tier) => `.${tier}.test.ts`)

/** The longest files: one of them that came last would run alone, and in a process with others these would wait for it. */
const longest = [
  ...['kill', 'browser-lane', 'command-line', 'turn', 'browser', 'faults', 'yardstick', 'page', 'dead-letters', 'own-repository'],
  ...[
    'setup',
    'filters',
    'discord-gateway',
    'admit-outsiders',
    's3',
    's3-faults',
    'gateway-fuzz',
    'mcp',
    'backup',
    'demo',
    'answer',
    'other-page',
    'semgrep',
    'git',
    'worktrees',
    'cluster',
    'modes',
    'turns',
    'session',
    'foreign-bus',
  ],
]
const rankOf = (file: string): number => {
  const rank = longest.findIndex((name) => file.includes(`/${name}.`))
  return rank < 0 ? longest.length : rank
}
const isLong = (file: string): boolean => rankOf(file) < longest.length
const longestFirst = (one: string, other: string): number => rankOf(one) - rankOf(other) || (one < other ? -1 : 1)

const testFiles = (ending: string): string[] => globSync(`test/**/*${ending}`, { cwd: root }).sort(longestFirst)
const pureFiles = (): string[] =>
  testFiles('.test.ts').filter((file) => file !== architecture && !endings.some((ending) => file.endsWith(ending)))
/**
 * To load what they test takes most files longer than to test it; those that start servers wait for them, so that two processes fit a
 * core. Those of `infra` start programs, which takes a small process less.
 */
const sharedInt = (): string[][] => {
  const short = testFiles('.int.test.ts').filter((file) => !isLong(file))
  const isInfra = (file: string): boolean => file.startsWith(join('test', 'infra'))
  return [short.filter(isInfra), short.filter((file) => !isInfra(file))]
}
const minute = 60_000

export const tiers: Readonly<Record<string, TestTier>> = {
  check: { files: () => globSync(architecture, { cwd: root }), concurrency: 1, timeout: minute, isBeside: true },
  pure: { files: pureFiles, shared: () => [pureFiles()], concurrency: 1, timeout: minute / 2, isBeside: true },
  int: {
    files: () => testFiles('.int.test.ts'),
    shared: sharedInt,
    concurrency: availableParallelism(),
    timeout: 1.5 * minute,
    isPooled: true,
  },
  e2e: { files: () => testFiles('.e2e.test.ts'), concurrency: availableParallelism() + 1, timeout: 5 * minute, isPooled: true },
  wide: { files: () => testFiles('.wide.test.ts'), concurrency: availableParallelism() + 2, timeout: 5 * minute },
  chaos: { files: () => testFiles('.chaos.test.ts'), concurrency: 2, timeout: 10 * minute },
  trust: { files: () => globSync('test/trust/**/*.test.ts', { cwd: root }).sort(), concurrency: 1, timeout: 2 * minute },
  agents: { files: () => testFiles('.agents.test.ts'), concurrency: 1, timeout: 5 * minute },
  sites: { files: () => testFiles('.sites.test.ts'), concurrency: 2, timeout: 2 * minute },
  containers: { files: () => testFiles('.containers.test.ts'), concurrency: 1, timeout: 14 * minute },
}

export const sharedOf = ({ shared }: TestTier): string[][] => shared?.().filter((files) => files.length > 0) ?? []

/** Pooled neighbours as one tier: the longest files of all come first. Pure. */
export const pooled = (named: readonly NamedTier[]): NamedTier[] => {
  const pools: NamedTier[] = []
  for (const next of named) {
    const last = pools.at(-1)
    if (last?.tier.isPooled && next.tier.isPooled) pools.splice(-1, 1, pool(last, next))
    else pools.push(next)
  }
  return pools
}

const pool = (one: NamedTier, other: NamedTier): NamedTier => {
  const most = (of: 'concurrency' | 'timeout'): number => Math.max(one.tier[of], other.tier[of])
  const files = (): string[] => [...one.tier.files(), ...other.tier.files()].sort(longestFirst)
  const shared = (): string[][] => [...sharedOf(one.tier), ...sharedOf(other.tier)]
  return {
    name: `${one.name} and ${other.name}`,
    tier: { files, shared, concurrency: most('concurrency'), timeout: most('timeout'), isPooled: true },
  }
}

/** Commands that are checks, each one test. */
export const checks: Readonly<Record<string, readonly string[]>> = {
  format: ['@biomejs/biome/bin/biome', 'check', '.'],
  // In one thread: side by side its threads take twice the time of the processor, which other checks want.
  types: ['typescript-native/bin/tsc', '-p', '.', '--singleThreaded', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.json'],
  'unused code': ['knip/bin/knip.js', '--treat-config-hints-as-errors'],
  'code that tests alone use': ['knip/bin/knip.js', '--production'],
}
