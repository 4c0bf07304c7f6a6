import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'

/** Which files belong to which tier, and how they are run. Paths are relative to the root. */
export interface TestTier {
  readonly files: () => string[]
  /** Files at a time, each in a process of its own; 'one process' is for files that touch nothing but their own values. */
  readonly concurrency: number | 'one process'
  /** Milliseconds for one test. */
  readonly timeout: number
  /** It may run at the same time as its neighbours of which this is said, too. */
  readonly isBeside?: true
}

export const root = resolve(import.meta.dirname, '../..')

const architecture = join('test', 'architecture.test.ts')
const endings = ['int', 'e2e', 'wide', 'chaos', 'agents', 'sites', 'containers', 'trust'].map((tier) => `.${tier}.test.ts`)

/** The longest files: one of them that came last would run alone. */
const longest = [
  ...['kill', 'browser-lane', 'gateway-fuzz', 'mcp', 'faults', 'backup', 'demo'],
  ...['turn', 'cluster', 'browser', 'modes', 'turns', 'session', 'foreign-bus'],
]
const rankOf = (file: string): number => {
  const rank = longest.findIndex((name) => file.includes(`/${name}.`))
  return rank < 0 ? longest.length : rank
}
const longestFirst = (one: string, other: string): number => rankOf(one) - rankOf(other) || (one < other ? -1 : 1)

const testFiles = (ending: string): string[] => globSync(`test/**/*${ending}`, { cwd: root }).sort(longestFirst)
const pureFiles = (): string[] =>
  testFiles('.test.ts').filter((file) => file !== architecture && !endings.some((ending) => file.endsWith(ending)))
const minute = 60_000

export const tiers: Readonly<Record<string, TestTier>> = {
  check: { files: () => globSync(architecture, { cwd: root }), concurrency: 1, timeout: minute, isBeside: true },
  pure: { files: pureFiles, concurrency: 'one process', timeout: minute / 2, isBeside: true },
  int: { files: () => testFiles('.int.test.ts'), concurrency: availableParallelism() + 1, timeout: 1.5 * minute },
  e2e: { files: () => testFiles('.e2e.test.ts'), concurrency: availableParallelism() + 2, timeout: 5 * minute },
  wide: { files: () => testFiles('.wide.test.ts'), concurrency: availableParallelism() + 2, timeout: 5 * minute },
  chaos: { files: () => testFiles('.chaos.test.ts'), concurrency: 2, timeout: 10 * minute },
  trust: { files: () => globSync('test/trust/**/*.test.ts', { cwd: root }).sort(), concurrency: 1, timeout: 2 * minute },
  agents: { files: () => testFiles('.agents.test.ts'), concurrency: 1, timeout: 5 * minute },
  sites: { files: () => testFiles('.sites.test.ts'), concurrency: 2, timeout: 2 * minute },
  containers: { files: () => testFiles('.containers.test.ts'), concurrency: 1, timeout: 14 * minute },
}

/** Commands that are checks, each one test. */
export const checks: Readonly<Record<string, readonly string[]>> = {
  format: ['@biomejs/biome/bin/biome', 'check', '.'],
  types: ['typescript/bin/tsc', '-p', '.', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.json'],
  'unused code': ['knip/bin/knip.js'],
}
