import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runFiles, TIER_MS } from './run-files.ts'
import { addFinished, inWords, newTally, slowest, sumOf, type Tally } from './tally.ts'
import { checks, root, type TestTier, tiers } from './tiers.ts'

/**
 * Runs the tiers that are named, in that order: `node test/support/run-tiers.ts check pure int e2e`. `--seed N` plays the chaos of
 * that seed again. Exit 1 when a tier fails or has files and yet no test, 2 for a tier that does not exist.
 */

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** One command is one test; its output is shown when it has ended. */
const runCommand = async (name: string, [program = '', ...args]: readonly string[], tally: Tally): Promise<void> => {
  const child = execFile(process.execPath, [join('node_modules', program), ...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: string) => (output += text))
  const [code, signal]: unknown[] = await once(child, 'close')
  const passed = code === 0
  process.stdout.write(output)
  say(passed ? `✔ ${name}` : `✖ ${name}: \`${[program.split('/').at(-1), ...args].join(' ')}\` ended with ${signal ?? code}`)
  addFinished(tally, { name, place: 'check', passed })
}

/** A crash of one file ends them all, which is one failure, by name. */
const runInOneProcess = async (name: string): Promise<Tally> => {
  const child = fork(join(import.meta.dirname, 'one-process.ts'), [name], { cwd: root, timeout: TIER_MS, killSignal: 'SIGKILL' })
  let tally: Tally | undefined
  child.on('message', (message: Tally) => (tally = message)) // of the program that this file starts, and of nobody else
  const [code, signal]: unknown[] = await once(child, 'exit')
  if (tally && signal === null) return tally
  const broken = newTally()
  addFinished(broken, { name: `the process of ${name} ended with ${signal ?? code} before all its files`, place: name, passed: false })
  return broken
}

/** Returns what the tier came to; says what it does and how long it took. */
const runTier = async (name: string, tier: TestTier): Promise<Tally> => {
  const begun = performance.now()
  const count = tier.files().length
  say(`\n== ${name} (${count} ${count === 1 ? 'file' : 'files'})`)
  const commands = newTally()
  const checking = name === 'check' ? Object.entries(checks).map(([check, command]) => runCommand(check, command, commands)) : []
  if (count === 0) say(`${name}: there are no test files for this tier`)
  const files = count === 0 ? [] : [tier.concurrency === 'one process' ? runInOneProcess(name) : runFiles(name, tier)]
  const [tallies] = await Promise.all([Promise.all(files), ...checking])
  const tally = sumOf([commands, ...tallies])
  say(`== ${name}: ${inWords(tally)} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  return tally
}

/** Chaos is chosen by one number, from the clock unless it is given; the files read it from the environment. */
const chooseSeed = (given: string | undefined): void => {
  const seed = given ?? process.env['CHAOS_SEED'] ?? String(Date.now() % 1_000_000)
  process.env['CHAOS_SEED'] = seed
  say(`chaos: the seed is ${seed}; "npm run test:chaos -- --seed ${seed}" plays it again`)
}

/** Hundreds of processes load the same sources: each is compiled once, and read from here afterwards. */
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules', '.cache', 'compile')

const main = async (argv: readonly string[]): Promise<number> => {
  const { positionals: names, values } = parseArgs({ args: [...argv], allowPositionals: true, options: { seed: { type: 'string' } } })
  const unknown = names.filter((name) => !(name in tiers))
  if (unknown.length > 0 || names.length === 0) {
    process.stderr.write(
      `run-tiers: name the tiers to run: ${Object.keys(tiers).join(', ')}${unknown.map((name) => `; not "${name}"`).join('')}\n`,
    )
    return 2
  }
  if (values.seed !== undefined && !/^\d+$/.test(values.seed)) {
    process.stderr.write(`run-tiers: --seed takes a whole number, not "${values.seed}"\n`)
    return 2
  }
  if (names.includes('chaos')) chooseSeed(values.seed)
  const tallies: Tally[] = []
  for (const name of names) tallies.push(await runTier(name, tiers[name]!))
  const all = sumOf(tallies)
  say('\nThe slowest files:')
  for (const line of slowest(all, 10)) say(line)
  for (const { name, place } of all.failed) say(`Failed: ${name} (${place})`)
  for (const { name, reason } of all.skipped) say(`Skipped: ${name}: ${reason}`)
  say(inWords(all))
  return all.failed.length > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
