import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decode } from '../../bus/envelope.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { readStoryMessages } from '../../bus/jetstream/read.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import { taskStory } from '../../domain/task-story.ts'
import { startNatsServer } from '../../infra/nats/nats-server.ts'
import { cachedNatsServer, cacheFolder } from '../../infra/setup/cache.mjs'
import { quiet } from './bus.ts'
import { natsServerForTests } from './tools.ts'

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** The demo as a process of its own, watched by its lines. */
export interface DemoRun {
  readonly child: ChildProcess
  readonly lines: string[]
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

export const runDemo = (
  folder: string,
  argv: readonly string[],
  options: { env?: NodeJS.ProcessEnv; onLine?: (line: string) => void } = {},
): DemoRun => {
  const child = spawn(
    process.execPath,
    [cli, 'demo', '--data', folder, '--ack-wait', '1s', ...(argv.includes('--lane') ? [] : ['--lane', 'cli']), ...argv],
    {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream! }).on('line', (line) => {
      lines.push(line)
      options.onLine?.(line)
    })
  const ended = once(child, 'close').then(([code, signal]: (number | string)[]) => code ?? signal ?? 'unknown')
  return { child, lines, ended }
}

/** A cache of the demo's own with nats-server in it and nothing else: what is left in it is seen, and there is no semgrep. */
export const ownCache = (folder: string): NodeJS.ProcessEnv => {
  const cache = `${folder}-cache`
  mkdirSync(cache, { recursive: true })
  rmSync(join(cache, 'bin'), { force: true })
  symlinkSync(dirname(cachedNatsServer(cacheFolder(process.env))), join(cache, 'bin'))
  return { CORTEX_CACHE_DIR: cache }
}

/** The event a line tells of, if it is one. */
export const eventOf = (line: string): string | undefined => /^\s*[\d.]+ s\s+([a-z]+\.[a-z]+)/.exec(line)?.[1]

export const noteOf = (folder: string): { task: string; ended: boolean } => JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'))

/** The story a demo left in its store, read with a server of our own on the data. */
export const storyOf = async (folder: string): Promise<Fact[]> => {
  await using nats = await startNatsServer({ dataDir: join(folder, 'data', 'nats'), port: 0, sync: 'fast', binary: natsServerForTests() })
  const { user, password: pass, inboxPrefix } = nats.logins.cortex
  const connection = await connectBus({ url: nats.url, name: 'reader', user, pass, inboxPrefix, log: quiet })
  try {
    return (await readStoryMessages(connection, taskStory, noteOf(folder).task)).flatMap((message) => {
      const decoded = decode(catalogue, message)
      return decoded.kind === 'fact' ? [decoded.fact as Fact] : []
    })
  } finally {
    await connection.close()
  }
}

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // it ended while we looked
  }
}

/** The pid of the nats-server that a running demo holds: by its program, for others name the folder, too. */
export const natsPidOf = (folder: string): number | undefined => {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  for (const pid of children) {
    const [program = '', ...argv] = commandOf(pid).split('\0')
    if (basename(program).startsWith('nats-server') && argv.some((word) => word.includes(join(folder, 'data')))) return Number(pid)
  }
  return undefined
}

/** Plays a demo to its end in a folder of its own. */
export const playDemo = async (t: TestContext, argv: string[] = [], envIn: (folder: string) => NodeJS.ProcessEnv = () => ({})) => {
  const base = mkdtempSync(join(tmpdir(), 'cortex-demo-'))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  const folder = join(base, 'demo')
  const run = runDemo(folder, argv, { env: envIn(folder) })
  const exit = await run.ended
  return { folder, exit, lines: run.lines, events: run.lines.map(eventOf).filter((event) => event !== undefined) }
}

/** The files of the delivered branch, in a clone. */
export const checkOut = (folder: string): string => {
  const clone = join(folder, 'clone')
  execFileSync('git', ['clone', '-q', '-b', `cortex/${noteOf(folder).task}`, join(folder, 'repository'), clone])
  return clone
}
