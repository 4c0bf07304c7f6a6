import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import type { LoadedConfig } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { atExit } from '../nats/exit-guard.ts'
import type { WorkerOptions } from './browser-worker.ts'

/** What the worker's process is told over its channel: nothing of it stands in its arguments. */
export interface WorkerOrder {
  readonly loaded: LoadedConfig
  readonly address: WorkerOptions['address']
  readonly logLevel: string
}

/** What it tells over its channel: that it has the lane, or, before it ends, why it cannot go on. */
export type WorkerWord = { readonly kind: 'at work' } | { readonly kind: 'cannot go on'; readonly reason: string }

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

/**
 * Starts the worker and looks after it until the scope ends. `tell` hears why it is gone, before the next one is started: what the
 * worker said last of its lane does not hold any more.
 */
export const superviseWorker = (
  order: WorkerOrder,
  env: Environment,
  log: Logger,
  tell: (reason: string) => Promise<void>,
): WorkerProcess => {
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  const keepRunning = async (): Promise<void> => {
    let told = ''
    for (let pause = FIRST_PAUSE_MS; !stopping.signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      const since = Date.now()
      child = launch(order, env)
      let word: WorkerWord | undefined
      // It sends exactly these.
      child.on('message', (said) => {
        word = said as WorkerWord
      })
      const { code, signal } = await ended(child)
      if (stopping.signal.aborted) return
      if (Date.now() - since > STEADY_MS) [pause, told] = [FIRST_PAUSE_MS, '']
      log.warn({ code, signal, restartInMs: pause }, 'the browser worker ended by itself and is started again')
      const reason = endOf(word, signal ?? code)
      // Who was at work has said since how the lane is; who never was has not.
      if (reason !== undefined && (word?.kind === 'at work' || reason !== told)) await tell(reason)
      told = reason ?? told
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

/** What its end means for the lane; undefined for one that never had it, for another worker may be at work there. */
const endOf = (word: WorkerWord | undefined, how: string | number | null): string | undefined => {
  if (word?.kind === 'cannot go on') return `the browser worker cannot start: ${word.reason}`
  return word && `the browser worker ended by itself (${how}) and is started again`
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
