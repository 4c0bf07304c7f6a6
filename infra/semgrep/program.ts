import { randomUUID } from 'node:crypto'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
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

export type FrontEnd = 'native' | 'python'

/** The program that the settings name, else the one that set-up fetched. */
export function findProgram(options: SemgrepOptions): string | null {
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
export const scanArguments = (program: string, rules: readonly string[], front: FrontEnd): string[] => [
  ...[program, 'scan', ...(front === 'native' ? ['--experimental'] : []), ...everything],
  ...['--json', '--metrics=off', '--disable-version-check', ...rules.flatMap((place) => ['--config', place]), '.'],
]

/**
 * Makes a worktree that is thrown away afterwards such that all of it is looked at: without ignore files (an empty one lets
 * semgrep's own list of tests and vendored code not count), and with names that nobody can know for what the native front end passes over
 * (`.min.js` [1.182.0]). Answers the real name of each file that has another now.
 */
export async function showEverything(folder: string): Promise<ReadonlyMap<string, string>> {
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

/** One start of semgrep, in a folder that it is to scan. */
export interface SemgrepStart {
  readonly options: SemgrepOptions
  readonly program: string
  /** Of this scan alone. */
  readonly home: string
  readonly cwd: string
  /** Files and folders of rules. */
  readonly rules: readonly string[]
  readonly front: FrontEnd
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** More to ask of it. */
  readonly more?: readonly string[]
  /** Its groups are on record by the name of its home, and this where several run in one. */
  readonly name?: string
}

/** Lets semgrep scan a folder, within its time and with an environment that holds nothing of ours. */
export function startSemgrep(scan: SemgrepStart): Promise<ProcessResult> {
  return runProcess({
    argv: [...scanArguments(scan.program, scan.rules, scan.front), ...(scan.more ?? [])],
    cwd: scan.cwd,
    env: environment(scan.options.env, scan.program, scan.home),
    timeoutMs: scan.timeoutMs,
    signal: scan.signal,
    maxOutputBytes: MOST_OUTPUT,
    groupRecord: { dataDir: scan.options.dataDir, key: `${path.basename(scan.home)}${scan.name ?? ''}` },
  })
}

/** What is longer than this was cut, and is no report any more. */
const MOST_OUTPUT = 64 * 1024 * 1024
