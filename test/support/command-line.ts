import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { appendFile, mkdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect } from '@nats-io/transport-node'
import { findSystem } from '../../infra/app/system-file.ts'
import { cachedNatsServer, cacheFolder } from '../../infra/setup/cache.mjs'
import { TASK_PATIENCE_MS } from './patience.ts'
import { makeRepository, temporaryFolder, until } from './temporary.ts'

export const bin = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url))

export interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** A command that goes on. */
export interface Going {
  readonly child: ChildProcess
  /** Resolves with the first line of either stream that fits; the error tells all lines. */
  line(fits: RegExp): Promise<string>
  /** Exit code, or the signal it died of. */
  readonly ended: Promise<Ended>
}

/** A folder with a repository of one commit, and `cortex` in it with nothing of our environment. */
export interface Desk extends AsyncDisposable {
  readonly folder: string
  readonly repository: string
  /** Runs a command to its end. */
  cortex(argv: readonly string[], env?: Record<string, string>): Promise<Ended>
  /** Starts a command, of this program or of another tree's. */
  start(argv: readonly string[], env?: Record<string, string>, program?: string): Going
  /** The one JSON object that a command says; it must end with the code. */
  json(argv: readonly string[], code?: number): Promise<Record<string, unknown>>
  /** Adds to the repository's cortex.toml. */
  configure(toml: string): Promise<void>
  /**
   * Waits until the status of a task fits, asking the system that runs on `dataDir` (the repository's unless it is named) over the bus,
   * as anybody may and without a process for each look.
   */
  untilStatus(id: string, fits: (status: Record<string, unknown>) => boolean, dataDir?: string): Promise<void>
  /** Command lines of all processes that name this folder. */
  processes(): string[]
}

/** Two scripted agents as they stand in cortex.toml: one plans and writes, the other reviews. */
export const scriptedAgents = '[agents.alder]\npreset = "scripted"\n[agents.birch]\npreset = "scripted"\n'

/** Opens one; disposing kills what was started and removes the folder. */
export const openDesk = async (files: Record<string, string>, node = process.execPath): Promise<Desk> => {
  const temporary = await temporaryFolder()
  const folder = temporary.path
  const repository = path.join(folder, 'repository')
  await makeRepository(repository, files)
  await prepareCache(path.join(folder, 'cache'))
  const going = new Set<ChildProcess>()
  const start = (argv: readonly string[], env: Record<string, string> = {}, program = bin): Going => {
    const child = spawn(node, [program, ...argv], { cwd: repository, env: environment(folder, env), stdio: ['ignore', 'pipe', 'pipe'] })
    going.add(child)
    void once(child, 'close').then(() => going.delete(child))
    return watch(child)
  }
  const cortex: Desk['cortex'] = (argv, env) => start(argv, env).ended
  return {
    folder,
    repository,
    cortex,
    start,
    json: async (argv, code = 0) => {
      const ended = await cortex([...argv, '--json'])
      assert.equal(ended.code, code, `${argv.join(' ')}: ${ended.stdout}${ended.stderr}`)
      assert.equal(ended.stdout.trim().split('\n').length, 1, `${argv.join(' ')} says one object: ${ended.stdout}`)
      return JSON.parse(ended.stdout)
    },
    untilStatus: (id, fits, dataDir = path.join(repository, '.cortex')) => untilStatus(dataDir, id, fits),
    configure: (toml) => appendFile(path.join(repository, 'cortex.toml'), toml),
    processes: () => processesNaming(folder),
    [Symbol.asyncDispose]: async () => {
      const gone = [...going].map((child) => once(child, 'close'))
      for (const child of going) child.kill('SIGTERM')
      await Promise.all(gone)
      await temporary[Symbol.asyncDispose]()
    },
  }
}

const untilStatus = async (dataDir: string, id: string, fits: (status: Record<string, unknown>) => boolean): Promise<void> => {
  const found = findSystem(dataDir)
  assert.equal(found.kind, 'running', `the system on ${dataDir}`)
  const outsider = await connect({ servers: 'record' in found ? found.record.url : '' })
  let last = ''
  try {
    await until(async () => {
      last = (await outsider.request('cortex.task.status', JSON.stringify({ id }), { timeout: 5000 })).string()
      return fits(JSON.parse(last))
    }, TASK_PATIENCE_MS).catch(() => assert.fail(`the status of ${id} never fitted ${fits}; at last ${last}`))
  } finally {
    await outsider.close()
  }
}

const prepareCache = async (cache: string): Promise<void> => {
  await mkdir(cache)
  const server = cachedNatsServer(cacheFolder(process.env))
  if (existsSync(server)) await symlink(path.dirname(server), path.join(cache, 'bin'))
}

/** All that a command has of our environment: where programs are, and what was compiled of ours once. */
export const bareEnvironment = (): Record<string, string> => {
  const compiled = process.env['NODE_COMPILE_CACHE']
  return { PATH: process.env['PATH'] ?? '', ...(compiled ? { NODE_COMPILE_CACHE: compiled } : {}) }
}

const environment = (folder: string, more: Record<string, string>): Record<string, string> => ({
  ...bareEnvironment(),
  HOME: folder,
  CORTEX_CACHE_DIR: path.join(folder, 'cache'),
  ...more,
})

const watch = (child: ChildProcess): Going => {
  const output = { stdout: '', stderr: '' }
  const lines: string[] = []
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => (output[name] += chunk.toString()))
    createInterface({ input: child[name]! }).on('line', (line) => {
      lines.push(line)
      for (const look of [...waiting]) look()
    })
  }
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => ({
    code: code ?? signal ?? 'unknown',
    ...output,
  }))
  const line = (fits: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((each) => fits.test(each))
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      void ended.then(({ code }) => reject(new Error(`ended with ${code} before ${fits}:\n${lines.join('\n')}`)))
    })
  return { child, line, ended }
}

const processesNaming = (folder: string): string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const line = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') : ''
      return line.includes(folder) ? [`${pid} ${line}`] : []
    } catch {
      return [] // it ended while we looked
    }
  })

/** What the desk of most tests has: a repository, what is asked for, a configuration that answers quickly. */
export const files = { 'greeting.txt': 'hello\n', 'package.json': '{"name":"shop","scripts":{"test":"grep -q goodbye greeting.txt"}}\n' }
export const work = ['Say goodbye', '--description', 'In `greeting.txt`, replace `hello` with `goodbye`.']
export const quick =
  '[projects.repository]\npath = "."\ndod = [["grep", "-q", "goodbye", "greeting.txt"]]\n[gateway]\nport = 0\n[nats]\nport = 0\nack_wait = "1s"\n'

type Status = Record<string, unknown>
export const isCompleted = ({ status }: Status): boolean => status === 'completed'
export const waitsForApproval = ({ waiting_for }: Status): boolean => String(waiting_for) === 'approval'

export const noneLeft = async (desk: Desk): Promise<void> => {
  // The kernel forgets an ended process a moment after its parent has seen it end.
  await until(() => desk.processes().length === 0).catch(() => assert.deepEqual(desk.processes(), []))
}
