import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { WorkerOptions } from './browser-worker.ts'
import type { LoadedConfig } from './config.ts'
import type { Environment } from './environment.ts'
import { atExit } from './nats/exit-guard.ts'

/** What the worker's process is told over its channel: nothing of it stands in its arguments. */
export interface WorkerOrder {
  readonly loaded: LoadedConfig
  readonly address: WorkerOptions['address']
  readonly logLevel: string
}

/** The browser worker as a process of its own, started again whenever it ends by itself. */
export interface WorkerProcess extends AsyncDisposable {
  pid(): number | undefined
}

const program = fileURLToPath(new URL('./worker-main.ts', import.meta.url))
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000
/** Who ran this long was well: the pauses begin anew. */
const STEADY_MS = 10_000
/** Time to close the browser, which writes its cookies. */
const STOP_MS = 8000

/** Starts the worker and looks after it until the scope ends. */
export const superviseWorker = (order: WorkerOrder, env: Environment, log: Logger): WorkerProcess => {
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  const keepRunning = async (): Promise<void> => {
    for (let pause = FIRST_PAUSE_MS; !stopping.signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      const since = Date.now()
      child = launch(order, env)
      const { code, signal } = await ended(child)
      if (stopping.signal.aborted) return
      if (Date.now() - since > STEADY_MS) pause = FIRST_PAUSE_MS
      log.warn({ code, signal, restartInMs: pause }, 'the browser worker ended by itself and is started again')
      await wait(pause, undefined, { signal: stopping.signal }).catch(() => undefined) // stopping cuts the pause short
    }
  }
  const running = keepRunning()
  return {
    pid: () => child?.pid,
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      const last = child
      if (last && last.exitCode === null && last.signalCode === null) {
        last.kill('SIGTERM')
        const patience = setTimeout(() => last.kill('SIGKILL'), STOP_MS)
        await ended(last)
        clearTimeout(patience)
      }
      await running
    },
  }
}

const ended = (child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
  new Promise((resolve) => {
    const tell = (code: number | null, signal: NodeJS.Signals | null): void => resolve({ code, signal })
    if (child.exitCode !== null || child.signalCode !== null) return tell(child.exitCode, child.signalCode)
    child.once('exit', tell)
    child.once('error', () => tell(null, null)) // it could not be started, and is tried again
  })

/** In a group of its own, so that Ctrl-C in our terminal leaves the stopping to us; its end of the channel tells it when we are gone. */
const launch = (order: WorkerOrder, env: Environment): ChildProcess => {
  const child = fork(program, [], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...env }, execArgv: [] })
  const forget = atExit(() => child.kill('SIGTERM'))
  child.once('exit', forget)
  child.once('error', forget)
  child.send(order, (error) => {
    if (error) child.kill('SIGKILL') // it ended before it could hear; the supervisor starts the next one
  })
  return child
}
