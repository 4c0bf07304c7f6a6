import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { addFinished, type FinishedTest, inWords, newTally, type Tally } from './tally.ts'

/**
 * Runs the tiers that are named, in that order: `node test/support/run-tiers.ts check pure int e2e`.
 * Exit 1 when a tier fails or has files and yet no test, 2 for a tier that does not exist.
 */

interface TestTier {
  /** Paths relative to the root. */
  readonly files: () => string[]
  /** Files at a time. */
  readonly concurrency: number
  /** Milliseconds for one test. */
  readonly timeout: number
}

/** For a whole tier; the longest takes five minutes on 2 cores. */
const TIER_MS = 15 * 60_000

const root = resolve(import.meta.dirname, '../..')
const architecture = join('test', 'architecture.test.ts')
const endings = ['.int.test.ts', '.e2e.test.ts', '.agents.test.ts', '.sites.test.ts', '.containers.test.ts']
const testFiles = (ending: string): string[] => globSync(`test/**/*${ending}`, { cwd: root }).sort(longestFirst)
/** Files that take a minute and more: one of them that came last would run alone. */
const longest = ['kill-functions', 'browser-lane', 'kill-bus', 'browser-lane-chaos', 'browser-lane-restart', 'gateway-fuzz', 'chaos']
const longestFirst = (one: string, other: string): number => rankOf(one) - rankOf(other) || (one < other ? -1 : 1)
const rankOf = (file: string): number => {
  const rank = longest.findIndex((name) => file.includes(`/${name}.`))
  return rank < 0 ? longest.length : rank
}
const pureFiles = (): string[] =>
  testFiles('.test.ts').filter((file) => file !== architecture && !endings.some((ending) => file.endsWith(ending)))

const checks: Readonly<Record<string, readonly string[]>> = {
  format: ['@biomejs/biome/bin/biome', 'check', '.'],
  types: ['typescript/bin/tsc', '-p', '.'],
  'unused code': ['knip/bin/knip.js'],
}
const tiers: Readonly<Record<string, TestTier>> = {
  check: { files: () => globSync(architecture, { cwd: root }), concurrency: 1, timeout: 60_000 },
  pure: { files: pureFiles, concurrency: availableParallelism(), timeout: 30_000 },
  int: { files: () => testFiles('.int.test.ts'), concurrency: availableParallelism() + 1, timeout: 90_000 },
  e2e: { files: () => testFiles('.e2e.test.ts'), concurrency: 2, timeout: 300_000 },
  agents: { files: () => testFiles('.agents.test.ts'), concurrency: 1, timeout: 300_000 },
  sites: { files: () => testFiles('.sites.test.ts'), concurrency: 2, timeout: 120_000 },
  containers: { files: () => testFiles('.containers.test.ts'), concurrency: 1, timeout: 840_000 },
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** One command is one test; its output is shown as it comes. */
const runCommand = async (name: string, [program = '', ...args]: readonly string[], tally: Tally): Promise<void> => {
  const child = spawn(process.execPath, [join('node_modules', program), ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code, signal] = await once(child, 'exit')
  const passed = code === 0
  say(passed ? `✔ ${name}` : `✖ ${name}: \`${[program.split('/').at(-1), ...args].join(' ')}\` ended with ${signal ?? code}`)
  addFinished(tally, { name, place: 'check', passed })
}

/** Each file in a process of its own, reported by Node's own reporter; the tally reads the same events. */
const runFiles = async (files: readonly string[], tier: TestTier, tally: Tally): Promise<void> => {
  const paths = files.map((file) => join(root, file))
  // No forced exit of a file: it would cut off reports that are still on their way. The tier's limit ends, by name, one that hangs.
  const signal = AbortSignal.timeout(TIER_MS)
  const events = run({ files: paths, concurrency: tier.concurrency, timeout: tier.timeout, cwd: root, signal })
  const take = (passed: boolean) => (event: FinishedEvent) => {
    const test = finishedTest(event, passed, paths)
    if (test) addFinished(tally, test)
  }
  events.on('test:pass', take(true)).on('test:fail', take(false))
  const report = events.compose(new spec())
  report.pipe(process.stdout, { end: false })
  await finished(report)
}

interface FinishedEvent {
  name: string
  file?: string
  skip?: string | boolean
  todo?: string | boolean
  details: { type?: string }
}

/** What an event says of a test; undefined for suites. A file reports itself when it crashed, or when it had nothing to report. */
const finishedTest = (event: FinishedEvent, passed: boolean, paths: readonly string[]): FinishedTest | undefined => {
  if (event.details.type === 'suite') return undefined
  const place = (event.file ?? event.name).replace(`${root}/`, '')
  const whole = paths.some((path) => path === resolve(root, event.name))
  if (whole && passed) return { name: `${place} has no test`, place, passed: false }
  const reason = typeof event.skip === 'string' ? event.skip : 'no reason given'
  return { name: event.name, place, passed, ...(event.skip ? { skipped: reason } : {}) }
}

/** Returns what the tier came to; says what it does and how long it took. */
const runTier = async (name: string, tier: TestTier): Promise<Tally> => {
  const tally = newTally()
  const begun = performance.now()
  const files = tier.files()
  say(`\n== ${name} (${files.length} ${files.length === 1 ? 'file' : 'files'})`)
  if (name === 'check') for (const [check, command] of Object.entries(checks)) await runCommand(check, command, tally)
  if (files.length === 0) say(`${name}: there are no test files for this tier`)
  else {
    const before = tally.passed + tally.failed.length + tally.skipped.length
    await runFiles(files, tier, tally)
    if (tally.passed + tally.failed.length + tally.skipped.length === before)
      addFinished(tally, { name: `${name} has ${files.length} files and no test`, place: name, passed: false })
  }
  say(`== ${name}: ${inWords(tally)} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  return tally
}

/** Hundreds of processes load the same sources: each is compiled once, and read from here afterwards. */
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules', '.cache', 'compile')

const main = async (names: readonly string[]): Promise<number> => {
  const unknown = names.filter((name) => !(name in tiers))
  if (unknown.length > 0 || names.length === 0) {
    process.stderr.write(
      `run-tiers: name the tiers to run: ${Object.keys(tiers).join(', ')}${unknown.map((name) => `; not "${name}"`).join('')}\n`,
    )
    return 2
  }
  const tallies: Tally[] = []
  for (const name of names) tallies.push(await runTier(name, tiers[name]!))
  const all: Tally = {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.flatMap((tally) => tally.failed),
    skipped: tallies.flatMap((tally) => tally.skipped),
  }
  say('')
  for (const { name, place } of all.failed) say(`Failed: ${name} (${place})`)
  for (const { name, reason } of all.skipped) say(`Skipped: ${name}: ${reason}`)
  say(inWords(all))
  return all.failed.length > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
