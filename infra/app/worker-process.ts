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
  /** What was told of the end of the one before: it need not be in the log again. */
  readonly known?: string
}

/** What it tells over its channel: that it has the lane, or, before it ends, why it cannot go on; what a person must mend lasts. */
export type WorkerWord = { readonly kind: 'at work' } | { readonly kind: 'cannot go on'; readonly reason: string; readonly lasts: boolean }

/** The browser worker as a process of its own, started again whenever it ends by itself. */
export interface WorkerProcess extends AsyncDisposable {
  pid(): number | undefined
}

const program = fileURLToPath(new URL('./worker-main.ts', import.meta.url))
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000
/** Where a person must mend something first, such as a display that is not there. */
const LONGEST_REST_MS = 60_000
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
    for (let pause = FIRST_PAUSE_MS; !stopping.signal.aborted; ) {
      const since = Date.now()
      child = launch({ ...order, known: told }, env)
      const { code, signal, word } = await lifeOf(child)
      if (stopping.signal.aborted) return
      const lasts = word?.kind === 'cannot go on' && word.lasts
      if (Date.now() - since > STEADY_MS && !lasts) [pause, told] = [FIRST_PAUSE_MS, '']
      const reason = endOf(word, signal ?? code)
      const isKnown = word?.kind === 'cannot go on' && reason === told
      log[isKnown ? 'debug' : 'warn']({ code, signal, restartInMs: pause }, 'the browser worker ended by itself and is started again')
      // Who was at work has said since how the lane is; who could not begin has not.
      if (reason !== undefined && !isKnown) await tell(reason)
      told = reason ?? told
      await wait(pause, undefined, { signal: stopping.signal }).catch(() => undefined) // stopping cuts the pause short
      pause = nextPause(pause, lasts)
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

/** Milliseconds until the start after the next one, which was `pause` away. Pure. */
export const nextPause = (pause: number, lasts: boolean): number => Math.min(lasts ? LONGEST_REST_MS : LONGEST_PAUSE_MS, pause * 2)

/** What is told of a worker that cannot begin. */
export const cannotStart = (reason: string): string => `the browser worker cannot start: ${reason}`

/** How a worker ended, and what it told last. */
const lifeOf = async (child: ChildProcess): Promise<Awaited<ReturnType<typeof ended>> & { word?: WorkerWord }> => {
  const heard: { word?: WorkerWord } = {}
  // It sends exactly these.
  child.on('message', (said) => {
    heard.word = said as WorkerWord
  })
  return { ...(await ended(child)), ...heard }
}

/** What its end means for the lane; undefined for one that never had it, for another worker may be at work there. */
const endOf = (word: WorkerWord | undefined, how: string | number | null): string | undefined => {
  if (word?.kind === 'cannot go on') return cannotStart(word.reason)
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
