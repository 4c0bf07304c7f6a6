import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Failure } from '../../functions/failure.ts'
import { type CheckResult, type Checks, type ChecksInput, type ChecksResult, isFailing } from '../../functions/verification/check-ports.ts'
import type { Command } from '../config/config-schema.ts'
import { removeFolder } from '../files/remove-folder.ts'
import { capText } from '../processes/capped-text.ts'
import type { ProcessResult } from '../processes/processes.ts'
import { sampleLines } from '../processes/sample-lines.ts'
import type { ConfinedResult } from '../sandbox/sandbox.ts'
import type { OwnSecrets } from '../secrets/secrets.ts'
import { createBases, repositoryOf } from './bases.ts'
import { type Caches, createCaches } from './caches.ts'
import type { ChecksOptions } from './checks-options.ts'
import { type CommandEnvironment, environmentOfChecks, environmentOfSetup } from './command-environment.ts'
import { copyFiles } from './copy-files.ts'
import { findCoverage } from './coverage.ts'
import { commandArgv, commandText, type Definition, findDefinition } from './definition.ts'
import { machineFault } from './fault.ts'
import { missedOfNetwork } from './network-words.ts'
import { createTestCounter } from './test-counts.ts'

type RunInput = Parameters<Checks['run']>[0]
/** What fails at a base is tried once more, and a base may leave a cache. */
type AnyRun = RunInput & { isBase?: true }

const outputBytes = 64 * 1024

/** A command's result and, when it failed by no fault of the change, the failure. */
interface Judged {
  result: CheckResult
  failure?: Failure
  /** What it did not reach, in words. */
  missed?: string
}

function judge(command: string, run: ProcessResult, limitMs: number): Judged {
  const output = capText(run.stderr && run.stdout ? `${run.stdout}\n${run.stderr}` : run.stdout + run.stderr, outputBytes)
  const result = { command, exitCode: run.exitCode, output, durationMs: run.durationMs, ...(run.signal ? { signal: run.signal } : {}) }
  if (run.exitCode === 0) return { result }
  if (run.startFailure) {
    const words = `"${command}" could not be started: ${run.startFailure.message}.`
    return {
      result: { ...result, output: words },
      failure: { class: 'infrastructure', reason: `${words} Install it, or correct the command.` },
    }
  }
  if (run.exceeded) {
    const reason = `"${command}" was ended because ${run.exceeded} ([sandbox] in cortex.toml).`
    return { result: { ...result, output: `${output}\n${reason}` }, failure: { class: 'limit', reason } }
  }
  if (run.timedOut) {
    const words = `"${command}" was not done after ${Math.round(limitMs / 1000)} s and was ended.`
    const failure: Failure = { class: 'timeout', reason: `${words} Raise timeouts.dod, or find what hangs.` }
    return { result: { ...result, exitCode: null, output: `${output}\n${words}` }, failure }
  }
  // The kernel takes memory back by this signal; any other one is of the command's own making, for what we send comes with a reason of ours.
  if (run.signal === 'SIGKILL') {
    const reason = `"${command}" was ended by SIGKILL from outside. Look for a lack of memory.`
    return { result: { ...result, output: `${output}\n${reason}` }, failure: { class: 'infrastructure', reason } }
  }
  const fault = machineFault(run.exitCode, output)
  return fault ? { result, failure: { class: 'infrastructure', reason: `"${command}" failed because ${fault}.` } } : { result }
}

async function masked(run: ConfinedResult, { mask }: OwnSecrets): Promise<ConfinedResult> {
  const [stdout, stderr] = await Promise.all([mask(run.stdout), mask(run.stderr)])
  return { ...run, stdout: stdout.text, stderr: stderr.text }
}

type RunOne = (command: Command) => Promise<Judged>

/** A person, and who mends the change, read at the end of the output what the command did not reach. */
function withNetwork({ result, failure }: Judged, missed: string | null): Judged {
  if (missed === null) return { result, ...(failure ? { failure } : {}) }
  const told = { ...result, output: `${result.output}\n${missed}` }
  return { result: told, missed, ...(failure ? { failure } : {}) }
}

/** Runs each command within what is left of the time for all of them. */
function createRunner(options: ChecksOptions, input: RunInput, { env, confinement, setting }: CommandEnvironment, endsAt: number): RunOne {
  return async (command) => {
    const text = commandText(command)
    const leftMs = endsAt - performance.now()
    if (leftMs < 1) {
      const output = `Not run: the ${Math.round(input.timeoutMs / 1000)} s for all commands were used up before.`
      return {
        result: { command: text, exitCode: null, output, durationMs: 0 },
        failure: { class: 'timeout', reason: `"${text}": ${output}` },
      }
    }
    input.onLine?.(`$ ${text}`.slice(0, 200))
    const lines = options.secrets.maskLines((line) => input.onLine?.(line.slice(0, 200)))
    const sample = sampleLines(lines.onLine)
    const counter = createTestCounter()
    const process = {
      argv: commandArgv(command),
      cwd: input.path,
      env,
      timeoutMs: leftMs,
      signal: input.signal,
      maxOutputBytes: 2 * outputBytes,
      groupRecord: { dataDir: options.dataDir, key: input.key },
      onLine: (line: string) => {
        counter.line(line)
        sample.line(line)
      },
    }
    const run = await options.sandbox.run(process, confinement)
    if (run.aborted) throw input.signal.reason
    sample.end()
    await lines.done()
    const ended = await masked(run, options.secrets)
    const judged = judge(text, ended, input.timeoutMs)
    const tests = counter.counts()
    if (tests) judged.result.tests = tests
    return withNetwork(judged, missedOfNetwork(ended, input.project, setting, confinement.hosts))
  }
}

async function runSetup(commands: Command[], project: string, runOne: RunOne): Promise<Pick<ChecksResult, 'setup' | 'failure' | 'missed'>> {
  const setup: CheckResult[] = []
  for (const command of commands) {
    const { result, failure, missed } = await runOne(command)
    setup.push(result)
    if (result.exitCode === 0) continue
    const said = failure?.reason ?? `"${result.command}" ended with exit code ${result.exitCode}.`
    return {
      setup,
      ...(missed ? { missed } : {}),
      failure: {
        class: 'infrastructure',
        reason: `The setup of project "${project}" failed: ${[said, missed].filter(Boolean).join(' ')} Nothing was judged.`,
      },
    }
  }
  return { setup }
}

/** Every check, also after one that fails; of several failures one of the machine is told first. */
async function runChecks(commands: Command[], runOne: RunOne): Promise<Pick<ChecksResult, 'checks' | 'failure' | 'missed'>> {
  const judged: Judged[] = []
  for (const command of commands) judged.push(await runOne(command))
  const failures = judged.flatMap((each) => each.failure ?? [])
  const failure = failures.find((each) => each.class === 'infrastructure') ?? failures[0]
  const missed = judged.find((each) => each.missed)?.missed
  return { checks: judged.map((each) => each.result), ...(failure ? { failure } : {}), ...(missed ? { missed } : {}) }
}

/** Everything that is run in one worktree, whose setup serves the repetitions too. */
async function runAll(options: ChecksOptions, caches: Caches, definition: Definition, input: AnyRun): Promise<ChecksResult> {
  const folder = path.join(path.resolve(options.dataDir), 'runs', `${input.key}.checks`)
  const scratch = { folder, home: path.join(folder, 'home'), temporary: path.join(folder, 'tmp') }
  await removeFolder(folder)
  for (const each of [scratch.home, scratch.temporary]) await mkdir(each, { recursive: true, mode: 0o700 })
  try {
    const isConfined = options.sandbox.missing === null
    // What some of the commands leave is less than others need.
    const keptFrom = input.isBase && !input.only ? input.path : undefined
    // Without a sandbox a run has the person's own home, and could write what others begin with.
    const cache = isConfined ? await caches.fill(input.project, scratch.home, input.signal, keptFrom) : {}
    const endsAt = performance.now() + input.timeoutMs
    const given = { env: options.env, isConfined, project: options.projects[input.project], worktree: input.path, scratch }
    const forSetup = await environmentOfSetup(given, definition.setup.map(commandText), definition.dod.map(commandText))
    const prepared = await runSetup(definition.setup, input.project, createRunner(options, input, forSetup, endsAt))
    if (prepared.failure) return { ...prepared, checks: [], repeats: [] }
    // Files have whole seconds or less on some disks.
    const since = Date.now() - 1000
    const forChecks = environmentOfChecks(given)
    const first = await runChecks(definition.dod, createRunner(options, input, forChecks, endsAt))
    const coverage = await findCoverage(input.path, since)
    const repeats: CheckResult[][] = []
    let obstacle: Pick<ChecksResult, 'failure' | 'missed'> = {}
    const isPassing = first.checks.every(({ exitCode }) => exitCode === 0)
    const failing = definition.dod.filter((_, index) => isFailing(first.checks[index]!))
    const isWorthwhile = input.isBase && !first.failure && !first.missed && failing.length > 0
    const [again, times] = isWorthwhile ? [failing, 1] : [definition.dod, isPassing ? (input.repeat?.(first.checks) ?? 0) : 0]
    for (let n = 0; n < times; n++) {
      const runOne = createRunner(options, input, forChecks, performance.now() + input.timeoutMs)
      const { checks, ...ending } = await runChecks(again, runOne)
      repeats.push(checks)
      // What was not run to its end again is neither broken nor flaky.
      if (isWorthwhile) obstacle = ending
    }
    if (isPassing && failing.length === 0) await cache.keep?.()
    return { setup: prepared.setup, ...first, ...obstacle, repeats, ...(coverage === undefined ? {} : { coverage }) }
  } finally {
    await removeFolder(folder)
  }
}

/** The `Checks` service: the only commands it runs are the operator's and those of the repository at the base commit. */
export function createChecks(options: ChecksOptions): Checks {
  const caches = createCaches(path.join(path.resolve(options.dataDir), 'caches'), options.log)
  const bases = createBases(options, caches)
  const definitionOf = ({ project, repositoryToml, only }: ChecksInput): Definition | Failure => {
    const config = Object.hasOwn(options.projects, project) ? options.projects[project] : undefined
    const definition = findDefinition(project, config, repositoryToml)
    if ('reason' in definition || !only) return definition
    return { ...definition, dod: definition.dod.filter((command) => only.includes(commandText(command))) }
  }

  const run = async (definition: Definition, input: AnyRun): Promise<ChecksResult> => {
    input.signal.throwIfAborted()
    const obstacle = await copyFiles(definition.copy, repositoryOf(options, input.project), input.path)
    return obstacle ? { ...nothing, failure: obstacle } : runAll(options, caches, definition, input)
  }

  return {
    run: async (input) => {
      const definition = definitionOf(input)
      if ('reason' in definition) return { ...nothing, failure: definition }
      const at = new Date().toISOString()
      const result = await run(definition, input)
      if (input.tree) await bases.passed(input.project, input.tree, definition, result, at)
      return result
    },
    base: async ({ sha, tree, since, open, ...input }) => {
      const definition = definitionOf(input)
      if ('reason' in definition) return { ...nothing, failure: definition, cached: false }
      return bases.look({ project: input.project, sha, tree, since, definition, signal: input.signal }, async () => {
        await using worktree = await open()
        // Awaited here: the worktree goes with this scope.
        return await run(definition, { ...input, path: worktree.path, isBase: true })
      })
    },
  }
}

const nothing = { setup: [], checks: [], repeats: [] }
