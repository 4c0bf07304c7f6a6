import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Failure } from '../../functions/failure.ts'
import type { LeftOutRule, ScanFinding, Semgrep, Unparsed } from '../../functions/verification/scan-ports.ts'
import type { Config } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { type ProcessResult, runProcess } from '../processes/processes.ts'
import { cachedSemgrep, findOnPath, isRunnable } from '../setup/cache.mjs'
import { complaintsOf, leftOutBy, readScan, unparsedIn, versionIn } from './report.ts'
import { idsIn, isRuleFile, mayApply, mayBlock, ownRules, type RuleFile, readRules, versionOf } from './rules.ts'

export interface SemgrepOptions {
  config: Config['semgrep']
  /** Where set-up keeps the programs it fetched; semgrep is looked for there after PATH. */
  cacheDir: string
  dataDir: string
  env: Environment
}

type ScanInput = Parameters<Semgrep['scan']>[0]
type ScanResult = Awaited<ReturnType<Semgrep['scan']>>

function failed(reason: string, failureClass: Failure['class'] = 'infrastructure'): ScanResult {
  return { outcome: 'failed', class: failureClass, reason }
}

function findProgram(options: SemgrepOptions): string | null {
  const { command } = options.config
  const named = path.isAbsolute(command) ? (isRunnable(command) ? command : null) : findOnPath(command, options.env)
  return named ?? cachedSemgrep(options.cacheDir)
}

function environment(env: Environment, program: string, home: string): Record<string, string> {
  return {
    PATH: `${path.dirname(program)}${path.delimiter}${env['PATH'] ?? '/usr/bin:/bin'}`,
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    SEMGREP_SETTINGS_FILE: path.join(home, 'settings.yml'),
    SEMGREP_SEND_METRICS: 'off',
    SEMGREP_ENABLE_VERSION_CHECK: '0',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
  }
}

/**
 * Nothing that is scanned says what is left out: no comments, no size, no time (that of the whole scan is limited). Without
 * --no-git-ignore semgrep scans what git lists and would miss everything where git does not work for it.
 */
const everything = ['--disable-nosem', '--max-target-bytes=0', '--timeout=0', '--no-git-ignore']

/** What one scan of the folder it is started in is asked. The native front end starts in a tenth of the time [0.16 s, the other 2.4 s]. */
export const scanArguments = (program: string, rules: readonly string[], front: 'native' | 'python'): string[] => [
  ...[program, 'scan', ...(front === 'native' ? ['--experimental'] : []), ...everything],
  ...['--json', '--metrics=off', '--disable-version-check', ...rules.flatMap((place) => ['--config', place]), '.'],
]

/**
 * Makes a worktree that is thrown away afterwards such that all of it is looked at: without ignore files (an empty one lets
 * semgrep's own list of tests and vendored code not count), and with names that nobody can know for what the native front end passes over
 (`.min.js` [1.182.0]). Answers the real name of each file that has another now.
 */
async function showEverything(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const ignoring = entries.filter(({ name }) => name === '.semgrepignore')
  await Promise.all(ignoring.map((entry) => rm(path.join(entry.parentPath, entry.name), { recursive: true })))
  await writeFile(path.join(folder, '.semgrepignore'), '')
  const small = entries.filter((entry) => entry.isFile() && /\.min\.\w+$/i.test(entry.name))
  const renamed = await Promise.all(
    small.map(async ({ parentPath, name }) => {
      const shown = path.join(parentPath, name.replace(/\.min(\.\w+)$/i, `.${randomUUID()}$1`))
      await rename(path.join(parentPath, name), shown)
      return [path.relative(folder, shown), path.relative(folder, path.join(parentPath, name))] as const
    }),
  )
  return new Map(renamed)
}

interface Work {
  options: SemgrepOptions
  program: string
  /** Of this scan alone, with an empty folder in it. */
  home: string
  input: ScanInput
  /** The folder of the base's rules. */
  folder: string
}

function start({ options, program, home, input }: Work, cwd: string, rules: readonly string[], front: 'native' | 'python') {
  return runProcess({
    argv: scanArguments(program, rules, front),
    cwd,
    env: environment(options.env, program, home),
    timeoutMs: input.timeoutMs,
    signal: input.signal,
    maxOutputBytes: 64 * 1024 * 1024,
    groupRecord: { dataDir: options.dataDir, key: path.basename(home) },
  })
}

interface Scanned {
  run: ProcessResult
  leftOut: LeftOutRule[]
}

/** Scans with all rules that can be read: a broken rule is left out by semgrep itself, a broken file by us, one after the other. */
async function scanWith(work: Work, base: readonly RuleFile[], own: readonly string[]): Promise<Scanned> {
  const broken: (LeftOutRule & { file?: string })[] = []
  for (;;) {
    const files = base.map((file) => file.path).filter((file) => !broken.some((one) => one.file === file))
    const places = [...(broken.length > 0 ? files : base.length > 0 ? [work.folder] : []), ...own]
    const run = await start(work, work.input.path, places, 'native')
    const said = leftOutBy(run.stdout, work.folder)
    const next = said.find(({ file }) => files.includes(file ?? ''))
    if (next && run.exitCode !== 0 && files.length + own.length > 1) {
      broken.push(next)
      continue
    }
    const leftOut = [...broken, ...said].map(({ rule, reason }) => ({ rule, reason }))
    const isUndone = !run.aborted && !run.timedOut && leftOut.length === 0 && typeof readScan(run, work.folder) === 'string'
    return isUndone ? { run: await start(work, work.input.path, places, 'python'), leftOut } : { run, leftOut }
  }
}

/** Rules that the change brings and that cannot be read: whoever wrote them must mend them, for from the next task on they count. */
async function brokenByChange(work: Work): Promise<ScanFinding[]> {
  const { input, options, home } = work
  const within = `${path.posix.normalize(options.config.rules).replace(/\/$/, '')}/`
  const changed = (input.changedFiles ?? []).filter((file) => file.startsWith(within) && isRuleFile(file))
  const there = new Set(
    (await readRules(path.resolve(input.path, options.config.rules))).map((file) => path.relative(input.path, file.path)),
  )
  const found: ScanFinding[] = []
  for (const file of changed.filter((each) => there.has(each))) {
    const run = await start(work, path.join(home, 'empty'), [path.join(input.path, file)], 'native')
    for (const { rule, reason } of leftOutBy(run.stdout, path.resolve(input.path, options.config.rules)))
      found.push({ rule: 'broken-rule', file, line: 1, message: `${rule} cannot be read by semgrep: ${reason}`, severity: 'ERROR' })
  }
  return found
}

function changedRules(changedFiles: readonly string[], rules: string): string[] {
  const changed = changedFiles.filter((file) => file.startsWith(`${path.posix.normalize(rules).replace(/\/$/, '')}/`))
  return changed.length > 0
    ? [`The change touches the rules, and was scanned with those from before it: ${changed.join(', ')}. Look at them yourself.`]
    : []
}

async function scan(work: Work, base: readonly RuleFile[], own: readonly RuleFile[]): Promise<ScanResult> {
  const { input, options, folder } = work
  const broken = await brokenByChange(work)
  const realNames = await showEverything(input.path)
  const { run, leftOut } = await scanWith(work, base, own.length > 0 ? [ownRules] : [])
  if (run.aborted) throw input.signal.reason
  if (run.timedOut)
    return failed(`The scan was not done after ${Math.round(input.timeoutMs / 1000)} s. Raise timeouts.scan or scan less.`, 'timeout')
  if (run.startFailure) return failed(`The scan could not be started: ${run.startFailure.message}.`)
  const findings = readScan(run, folder)
  if (typeof findings === 'string') return failed(findings)
  const theirs = idsIn(base)
  const ours = new Set(idsIn(own).filter((id) => !theirs.includes(id)))
  const realName = (file: string): string => realNames.get(path.normalize(file)) ?? path.normalize(file)
  const isForPerson = ({ file }: Unparsed): boolean =>
    options.config.unparsed === 'block' && (input.changedFiles ?? []).includes(file) && mayBlock([...base, ...own], file)
  const finish = (finding: ScanFinding): ScanFinding => ({
    ...finding,
    file: realName(finding.file),
    ...(ours.has(finding.rule) ? { own: true } : {}),
  })
  return {
    outcome: 'scanned',
    findings: [...broken, ...findings.map(finish)],
    warnings: [...changedRules(input.changedFiles ?? [], options.config.rules), ...complaintsOf(run.stdout)],
    leftOut,
    unparsed: unparsedIn(run.stdout)
      .map(({ file, reason }) => ({ file: realName(file), reason }))
      .filter(isForPerson),
    version: versionIn(run.stdout),
    rulesVersion: versionOf(folder, base),
  }
}

/** The `Semgrep` service. */
export function createSemgrep(options: SemgrepOptions): Semgrep {
  const { command, rules, required, own } = options.config
  return {
    scan: async (input) => {
      input.signal.throwIfAborted()
      const folder = path.resolve(input.rulesFrom, rules)
      const base = await readRules(folder)
      const ours = own ? await readRules(ownRules) : []
      const all = [...base, ...ours]
      if (all.length === 0) return { outcome: 'skipped', reason: `There are no rules in ${rules}.` }
      const { changedFiles: changed = [] } = input
      if (changed.length > 0 && !changed.some((file) => file.startsWith(rules)) && !mayApply(all, changed))
        return { outcome: 'skipped', reason: `No rule looks at what was changed: ${changed.slice(0, 5).join(', ')}.` }
      const program = findProgram(options)
      if (!program) return withoutProgram(command, base, { rules, required })
      const home = path.join(path.resolve(options.dataDir), 'runs', `scan-${randomUUID()}`)
      await mkdir(path.join(home, 'empty'), { recursive: true, mode: 0o700 })
      try {
        return await scan({ options, program, home, input, folder }, base, ours)
      } finally {
        await rm(home, { recursive: true, force: true })
      }
    },
  }
}

/** A repository that has rules wants them used; without any, our own few are an addition that can be missing. */
function withoutProgram(command: string, base: readonly RuleFile[], { rules, required }: { rules: string; required: boolean }): ScanResult {
  if (base.length === 0) return { outcome: 'skipped', reason: `${command} is not installed: Cortex's own rules were not used.` }
  const reason = `${command} is not installed: ${base.length} rule file(s) in ${rules} were not used.`
  return required
    ? failed(`${reason} Install semgrep, or let such changes pass with [semgrep] required = false.`, 'missing')
    : { outcome: 'skipped', reason: `${reason} Install semgrep to have changes scanned.` }
}
