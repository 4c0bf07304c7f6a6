import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import { findAddress } from '../../cli/connect.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.ts'
import { until } from './browser-lane.ts'
import { bareEnvironment, type Going, openDesk } from './command-line.ts'
import { pidOf, processesOf, type Victim } from './lane-processes.ts'
import { PATIENCE_MS } from './patience.ts'

/** A system of its own process that may be struck, and the page that its lane drives. */
export interface StruckSystem extends AsyncDisposable {
  readonly folder: string
  readonly profile: string
  readonly page: Simulator
  /** The bus, as a bystander sees it. */
  readonly bus: Connection
  readonly log: () => string
  pid(victim: Victim): number | undefined
  /** Starts the main process where it is gone. */
  up(): Promise<void>
  /** Ends the main process, in order unless by another signal: its exit code, or the signal it died of. */
  down(signal?: NodeJS.Signals): Promise<number | string>
  /** A job of the model proxy: it is taken exactly once, however often its client must knock. */
  submit(prompt: string): Promise<string>
  outcome(job: string): Promise<Outcome>
  /** Starts another command beside it. */
  command(...argv: string[]): Going
}

/** What became of a job: its answer, or a code and its reason. */
export type Outcome = { readonly text: string } | { readonly code: string; readonly reason: string }

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
/** A prompt that vanished is looked for a minute and 20 s longer, and jobs wait for those before them. */
const STUCK_MS = 300_000

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Starts one; disposing ends all of its processes. `lane` is more of `[lanes.browser]`. */
export const startStruckSystem = async (options: SimulatorOptions = {}, lane = 'window = "headless"'): Promise<StruckSystem> => {
  await using started = new AsyncDisposableStack()
  const page = started.use(await startSimulator(options))
  const desk = started.use(await openDesk({ 'README.md': 'nothing to see\n' }))
  const [port, busPort] = [await freePort(), await freePort()]
  const profile = join(desk.repository, '.cortex', 'auth')
  mkdirSync(join(desk.folder, 't'))
  await desk.configure(
    [
      `[lanes.browser]\nurl = "${page.url}"\ndeadline = "60s"\n${lane}`,
      '[lanes.browser.cooldown]\nrate_limited = "1s"\ndegraded = "1s"\nchallenge = "1s"\nauth_required = "2s"',
      `[gateway]\nport = 0\n[gateway.proxy]\nport = ${port}\n[nats]\nport = ${busPort}\nack_wait = "1s"\nsync = "fast"\n[log]\nlevel = "info"\n`,
    ].join('\n'),
  )
  const main = mainProcess(desk.folder, desk.repository)
  await main.up()
  const found = findAddress({ cwd: desk.repository, channel: 'cli' })
  if ('why' in found) throw new Error(found.why)
  const bus = await connectBus({ ...found.address, name: 'bystander', log: pino({ level: 'silent' }) })
  started.defer(async () => {
    await bus.nc.close()
    for (const { pid } of processesOf(desk.folder)) strike(pid, 'SIGKILL')
    await main.ended()
  })
  const everything = started.move()
  return {
    folder: desk.folder,
    profile,
    page,
    bus,
    log: main.log,
    pid: (victim) => pidOf(desk.folder, victim),
    up: main.up,
    down: main.down,
    command: (...argv) => desk.start(argv, { TMPDIR: join(desk.folder, 't') }),
    ...client(`http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

const mainProcess = (folder: string, cwd: string) => {
  let child: ChildProcess | undefined
  let output = ''
  const isUp = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null
  const env = {
    ...bareEnvironment(),
    HOME: folder,
    TMPDIR: join(folder, 't'),
    CORTEX_CACHE_DIR: join(folder, 'cache'),
  }
  const ended = async (): Promise<number | string> => {
    if (child && isUp()) await once(child, 'exit')
    return child?.exitCode ?? child?.signalCode ?? 'never started'
  }
  return {
    log: () => output,
    ended,
    up: async () => {
      if (isUp()) return
      const from = output.length
      const next = spawn(process.execPath, [cli, 'up'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
      child = next
      for (const stream of [next.stdout, next.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()))
      await until(
        () => output.slice(from).includes('Cortex is up') || !isUp(),
        () => `cortex up does not come up: ${output.slice(from)}`,
      )
    },
    down: (signal: NodeJS.Signals = 'SIGTERM') => {
      child?.kill(signal)
      return ended()
    },
  }
}

/** A client that knocks again while nobody is at home. */
const client = (url: string): Pick<StruckSystem, 'submit' | 'outcome'> => {
  const call = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(15_000), ...init })
    return (await response.json()) as Record<string, unknown>
  }
  const persistently = async (path: string, fits: (body: Record<string, unknown>) => boolean, init?: RequestInit) => {
    let said: unknown
    for (const end = Date.now() + STUCK_MS; Date.now() < end; await pause(100)) {
      try {
        const body = await call(path, init)
        if (fits(body)) return body
        said = body
      } catch (error) {
        said = error // nobody is at home, or the bus is away
      }
    }
    throw new Error(`no answer of ${path} within ${STUCK_MS / 1000} s: ${said instanceof Error ? said : JSON.stringify(said)}`)
  }
  return {
    submit: async (prompt) => {
      const body = JSON.stringify({ payload: { model: 'cortex', messages: [{ role: 'user', content: prompt }] } })
      const headers = { 'content-type': 'application/json', 'idempotency-key': prompt }
      const { job_id } = await persistently('/async/submit', (said) => 'job_id' in said, { method: 'POST', headers, body })
      return String(job_id)
    },
    outcome: async (job) => {
      const isOver = (body: Record<string, unknown>): boolean => /^(completed|failed|cancelled)$/.test(String(body['status']))
      const { result, error } = (await persistently(`/async/result/${job}?wait_ms=5000`, isOver)) as Result
      return result ? { text: result.assistant_text } : { code: error?.details.code ?? 'none', reason: error?.message ?? '' }
    },
  }
}

interface Result {
  result?: { assistant_text: string } | null
  error?: { message: string; details: { code: string } }
}

const strike = (pid: number | undefined, signal: NodeJS.Signals): boolean => {
  try {
    return pid !== undefined && process.kill(pid, signal)
  } catch {
    return false // it has ended
  }
}

/** Strikes a part of the system as soon as it runs; returns its id, or undefined when it does not run for two seconds. */
export const strikePart = async (system: StruckSystem, victim: Victim, signal: NodeJS.Signals): Promise<number | undefined> => {
  for (const end = Date.now() + 2000; Date.now() < end; await pause(20)) {
    const pid = system.pid(victim)
    if (strike(pid, signal)) return pid
  }
  return undefined
}

/** Stops a part where it stands, for a while. */
export const freezePart = async (system: StruckSystem, victim: Victim, ms: number): Promise<void> => {
  const pid = await strikePart(system, victim, 'SIGSTOP')
  await pause(ms)
  strike(pid, 'SIGCONT')
}

/** Waits until all processes of the system are gone; tells those that stay. */
export const staying = async (system: StruckSystem, withinMs = PATIENCE_MS): Promise<string[]> => {
  const left = () => processesOf(system.folder).map(({ pid, line }) => `process ${pid} ${line.slice(0, 150)}`)
  for (const end = Date.now() + withinMs; left().length > 0 && Date.now() < end; ) await pause(50)
  return left()
}
