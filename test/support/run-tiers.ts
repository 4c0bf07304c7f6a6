import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { knowingErrors, runFiles, TIER_MS } from './run-files.ts'
import { addFinished, inWords, newTally, settled, slowest, sumOf, type Tally, worthAnotherRun } from './tally.ts'
import { checks, type NamedTier, pooled, root, sharedOf, type TestTier, tiers } from './tiers.ts'

/**
 * Runs the tiers that are named, in that order: `node test/support/run-tiers.ts check pure int e2e`. `--seed N` plays the chaos of
 * that seed again. A file in which something failed is run again, alone: what passes then is told as unsteady, and with `--strict` has
 * failed. Exit 1 when a tier fails or has files and yet no test, 2 for a tier that does not exist.
 */

const sayTo =
  (out: Writable) =>
  (line: string): void => {
    out.write(`${line}\n`)
  }
const say = sayTo(process.stdout)

/** One command is one test; its output is shown when it has ended. */
const runCommand = async (name: string, [program = '', ...args]: readonly string[], tally: Tally, out: Writable): Promise<void> => {
  const child = execFile(process.execPath, [join('node_modules', program), ...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: string) => (output += text))
  const [code, signal]: unknown[] = await once(child, 'close')
  const passed = code === 0
  const verdict = passed ? `✔ ${name}` : `✖ ${name}: \`${[program.split('/').at(-1), ...args].join(' ')}\` ended with ${signal ?? code}`
  out.write(`${output}${verdict}\n`)
  addFinished(tally, { name, place: 'check', passed })
}

/** A crash of one file ends them all, which is one failure, by name. What they say comes when all have ended. */
const runInOneProcess = async (name: string, files: readonly string[], timeout: number, out: Writable): Promise<Tally> => {
  const stdio = ['ignore', 'pipe', 'inherit', 'ipc'] as const
  const limits = { timeout: TIER_MS, killSignal: 'SIGKILL' } as const
  const argv = [name, String(timeout), ...files]
  const child = fork(join(import.meta.dirname, 'one-process.ts'), argv, {
    cwd: root,
    stdio: [...stdio],
    execArgv: knowingErrors,
    ...limits,
  })
  const said = keeper()
  child.stdout?.pipe(said.out)
  let tally: Tally | undefined
  child.on('message', (message: Tally) => (tally = message)) // of the program that this file starts, and of nobody else
  const [code, signal]: unknown[] = await once(child, 'close')
  out.write(said.kept())
  if (tally && signal === null && (code === 0 || tally.failed.length > 0)) return tally
  const broken = tally ?? newTally()
  const what = `the process of ${files.length} files of ${name} ended with ${signal ?? code}, and none of them says why`
  addFinished(broken, { name: what, place: name, passed: false })
  return broken
}

/** Runs the files of a tier, those that share a process beside those that have one of their own. */
const runAll = async (name: string, tier: TestTier, out: Writable): Promise<Tally> => {
  const groups = sharedOf(tier)
  const own = tier.files().filter((file) => !groups.flat().includes(file))
  const shared = groups.map((files) => runInOneProcess(name, files, tier.timeout, out))
  const alone = own.length > 0 ? [runFiles(name, { ...tier, files: () => own }, out)] : []
  return sumOf(await Promise.all([...alone, ...shared]))
}

/** Runs the files of a tier, and again, alone, those in which something failed. */
const runSettled = async (name: string, tier: TestTier, out: Writable): Promise<Tally> => {
  const tally = await runAll(name, tier, out)
  // What fails in a file that several share has failed in the one that uses it, too; of a process that broke no other run tells.
  const files = new Set(tier.files())
  const places = worthAnotherRun(tally).filter((place) => files.has(place))
  const isBroken = tally.failed.some(({ place }) => place === name)
  if (tier.isBeside || isBroken || places.length === 0) return tally
  sayTo(out)(`\n== ${name}: again and alone, what failed: ${places.join(', ')}`)
  return settled(tally, await runFiles(name, { ...tier, files: () => places, concurrency: 1 }, out))
}

/** Returns what the tier came to; says on `out` what it does and how long it took. */
const runTier = async ({ name, tier }: NamedTier, out: Writable): Promise<Tally> => {
  const begun = performance.now()
  const tell = sayTo(out)
  const count = tier.files().length
  tell(`\n== ${name} (${count} ${count === 1 ? 'file' : 'files'})`)
  const commands = newTally()
  const checking = name === 'check' ? Object.entries(checks).map(([check, command]) => runCommand(check, command, commands, out)) : []
  if (count === 0) tell(`${name}: there are no test files for this tier`)
  const files = count === 0 ? [] : [runSettled(name, tier, out)]
  const [tallies] = await Promise.all([Promise.all(files), ...checking])
  const tally = sumOf([commands, ...tallies])
  tell(`== ${name}: ${inWords(tally)} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  return tally
}

/** Neighbours that may run beside each other, in one group. */
const groupsOf = (named: readonly NamedTier[]): NamedTier[][] => {
  const groups: NamedTier[][] = []
  for (const next of named) {
    const last = groups.at(-1)
    if (last && [...last, next].every(({ tier }) => tier.isBeside)) last.push(next)
    else groups.push([next])
  }
  return groups
}

/** Takes what is written, for later. */
const keeper = (): { out: Writable; kept: () => Buffer } => {
  const chunks: Buffer[] = []
  const write = (chunk: Buffer, _: unknown, done: () => void): void => {
    chunks.push(chunk)
    done()
  }
  return { out: new Writable({ write }), kept: () => Buffer.concat(chunks) }
}

/** Runs tiers at the same time: the first tells as it goes, each other one when those before it have ended. */
const runBeside = async (named: readonly NamedTier[]): Promise<Tally[]> => {
  const runs = named.map((each, index) => {
    const { out, kept } = index === 0 ? { out: process.stdout, kept: () => '' } : keeper()
    return { tally: runTier(each, out), kept }
  })
  const tallies: Tally[] = []
  for (const { tally, kept } of runs) {
    tallies.push(await tally)
    process.stdout.write(kept())
  }
  return tallies
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
  const options = { seed: { type: 'string' }, strict: { type: 'boolean', default: false } } as const
  const { positionals: names, values } = parseArgs({ args: [...argv], allowPositionals: true, options })
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
  const named = names.map((name) => ({ name, tier: tiers[name]! }))
  for (const group of groupsOf(pooled(named))) tallies.push(...(await runBeside(group)))
  const all = sumOf(tallies)
  say('\nThe slowest files:')
  for (const line of slowest(all, 10)) say(line)
  for (const { name, place } of all.failed) say(`Failed: ${name} (${place})`)
  for (const { name, place } of all.unsteady) say(`Unsteady: ${name} (${place}): failed beside others, passed alone`)
  for (const { name, reason } of all.skipped) say(`Skipped: ${name}: ${reason}`)
  say(inWords(all))
  return all.failed.length > 0 || (values.strict && all.unsteady.length > 0) ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
