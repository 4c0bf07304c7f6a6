import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Failure } from '../../functions/failure.ts'
import type { ScanFinding, Semgrep } from '../../functions/ports.ts'
import { isObject, parseObject, textAt, valueAt } from '../agents/parsed-output.ts'
import type { Config } from '../config/config-schema.ts'
import type { Environment } from '../config/environment.ts'
import { type ProcessResult, runProcess } from '../processes/processes.ts'
import { cachedSemgrep, findOnPath, isRunnable } from '../setup/cache.mjs'

export interface SemgrepOptions {
  config: Config['semgrep']
  /** Where set-up keeps the programs it fetched; semgrep is looked for there after PATH. */
  cacheDir: string
  dataDir: string
  env: Environment
}

type ScanInput = Parameters<Semgrep['scan']>[0]
type ScanResult = Awaited<ReturnType<Semgrep['scan']>>

/** Meanings of semgrep's exit codes beyond 0 (clean) and 1 (findings): the rules' or the machine's fault, never the code's. */
const exitCodes: Readonly<Record<number, string>> = {
  2: 'semgrep failed',
  3: 'a file to scan could not be parsed',
  4: 'a pattern in a rule is wrong',
  5: 'a rule file is no valid YAML',
  7: 'a rule is invalid',
  8: 'a rule names an unknown language',
  13: 'semgrep has no valid token',
}

interface Rules {
  version: string
  count: number
}

/** The sha256 over names and contents of all rule files, or null when there are none. */
async function readRules(folder: string): Promise<Rules | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []) // no folder, no rules
  const files = entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
  if (files.length === 0) return null
  const hash = createHash('sha256')
  for (const file of files.sort()) {
    const content = await readFile(file)
    hash.update(`${path.relative(folder, file)}\0${content.length}\0`).update(content)
  }
  return { version: hash.digest('hex'), count: files.length }
}

function severityOf(text: string | undefined): ScanFinding['severity'] {
  if (text === 'ERROR' || text === 'HIGH' || text === 'CRITICAL') return 'ERROR'
  return text === 'WARNING' || text === 'MEDIUM' ? 'WARNING' : 'INFO'
}

/** Semgrep puts the rule file's folders, joined by dots, in front of the rule's id. */
function withoutFolders(id: string, rules: string): string {
  const prefix = `${rules
    .split(/[/.\\]+/)
    .filter(Boolean)
    .join('.')}.`
  const plain = id.replace(/\.{2,}/g, '.')
  return plain.startsWith(prefix) ? plain.slice(prefix.length) : id
}

function readFinding(result: unknown, rules: string): ScanFinding {
  const line = valueAt(result, 'start', 'line')
  return {
    rule: withoutFolders(textAt(result, 'check_id') ?? 'unknown', rules),
    file: textAt(result, 'path') ?? '',
    line: typeof line === 'number' ? line : 0,
    message: (textAt(result, 'extra', 'message') ?? '').trim(),
    severity: severityOf(textAt(result, 'extra', 'severity')),
  }
}

function readErrors(report: unknown): string[] {
  const errors = valueAt(report, 'errors')
  if (!Array.isArray(errors)) return []
  return errors.map((error) =>
    (textAt(error, 'message') ?? textAt(error, 'long_msg') ?? textAt(error, 'type') ?? 'an error without words').trim().slice(0, 500),
  )
}

function changedRules(changedFiles: readonly string[], rules: string): string[] {
  const changed = changedFiles.filter((file) => file.startsWith(`${path.posix.normalize(rules).replace(/\/$/, '')}/`))
  return changed.length > 0
    ? [`The change touches the rules, and was scanned with those from before it: ${changed.join(', ')}. Look at them yourself.`]
    : []
}

function failed(reason: string, failureClass: Failure['class'] = 'infrastructure'): ScanResult {
  return { outcome: 'failed', class: failureClass, reason }
}

/** What a finished scan says. Only exit codes 0 and 1 with readable JSON are a scan. */
export function readScan(run: Pick<ProcessResult, 'exitCode' | 'stdout' | 'stderr'>, rules: string): ScanFinding[] | string {
  const report = parseObject(run.stdout)
  const results = report && valueAt(report, 'results')
  if ((run.exitCode === 0 || run.exitCode === 1) && Array.isArray(results))
    return results.filter(isObject).map((result) => readFinding(result, rules))
  const said = readErrors(report)[0] ?? run.stderr.trim().split('\n').slice(-3).join(' ').slice(-400)
  const meaning = run.exitCode === null ? 'semgrep was ended by a signal' : (exitCodes[run.exitCode] ?? 'semgrep gave no readable result')
  return `The scan with ${rules} failed (exit code ${run.exitCode}): ${meaning}${said ? `: ${said}` : ''}. Mend the rules or the installation; the change was not judged.`
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
export const scanArguments = (program: string, rules: string, front: 'native' | 'python'): string[] => [
  ...[program, 'scan', ...(front === 'native' ? ['--experimental'] : []), ...everything],
  ...['--json', '--metrics=off', '--disable-version-check', '--config', rules, '.'],
]

/**
 * Takes the ignore files out of a worktree that is thrown away afterwards; an empty one lets semgrep's own list (tests, vendored
 * code) not count. Returns which front end sees all that is left: the native one passes over names like `a.min.js` [1.182.0].
 */
async function forgetIgnoreFiles(folder: string): Promise<'native' | 'python'> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const ignoring = entries.filter(({ name }) => name === '.semgrepignore')
  await Promise.all(ignoring.map((entry) => rm(path.join(entry.parentPath, entry.name), { recursive: true })))
  await writeFile(path.join(folder, '.semgrepignore'), '')
  return entries.some(({ name }) => /\.min\.\w+$/i.test(name)) ? 'python' : 'native'
}

/** One scan with a home of its own. What the native front end cannot do is done, and told, by the other one. */
async function runScan(
  options: SemgrepOptions,
  program: string,
  home: string,
  input: ScanInput,
): Promise<ScanResult | { findings: ScanFinding[]; warnings: string[]; version: string }> {
  const rules = path.resolve(input.rulesFrom, options.config.rules)
  const start = (front: 'native' | 'python') =>
    runProcess({
      argv: scanArguments(program, rules, front),
      cwd: input.path,
      env: environment(options.env, program, home),
      timeoutMs: input.timeoutMs,
      signal: input.signal,
      maxOutputBytes: 64 * 1024 * 1024,
      groupRecord: { dataDir: options.dataDir, key: path.basename(home) },
    })
  const front = await forgetIgnoreFiles(input.path)
  const first = await start(front)
  const isUndone = front === 'native' && !first.aborted && !first.timedOut && typeof readScan(first, rules) === 'string'
  const run = isUndone ? await start('python') : first
  if (run.aborted) throw input.signal.reason
  if (run.timedOut)
    return failed(`The scan was not done after ${Math.round(input.timeoutMs / 1000)} s. Raise timeouts.scan or scan less.`, 'timeout')
  if (run.startFailure) return failed(`The scan could not be started: ${run.startFailure.message}.`)
  const findings = readScan(run, rules)
  if (typeof findings === 'string') return failed(findings)
  const report = parseObject(run.stdout)
  const warnings = [...changedRules(input.changedFiles ?? [], options.config.rules), ...readErrors(report)]
  return { findings, warnings, version: textAt(report, 'version') ?? 'unknown' }
}

/** The `Semgrep` service. */
export function createSemgrep(options: SemgrepOptions): Semgrep {
  const { command, rules } = options.config
  async function scanWith(program: string, found: Rules, input: ScanInput): Promise<ScanResult> {
    const home = path.join(path.resolve(options.dataDir), 'runs', `scan-${randomUUID()}`)
    await mkdir(home, { recursive: true, mode: 0o700 })
    try {
      const result = await runScan(options, program, home, input)
      return 'outcome' in result ? result : { outcome: 'scanned', ...result, rulesVersion: found.version }
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  }

  return {
    scan: async (input) => {
      input.signal.throwIfAborted()
      const found = await readRules(path.resolve(input.rulesFrom, rules))
      if (!found) return { outcome: 'skipped', reason: `There are no rules in ${rules}.` }
      const program = findProgram(options)
      if (program) return scanWith(program, found, input)
      const reason = `${command} is not installed: ${found.count} rule file(s) in ${rules} were not used.`
      return options.config.required
        ? failed(`${reason} Install semgrep, or let such changes pass with [semgrep] required = false.`, 'missing')
        : { outcome: 'skipped', reason: `${reason} Install semgrep to have changes scanned.` }
    },
  }
}
