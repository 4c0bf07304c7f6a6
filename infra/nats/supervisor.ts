import { setTimeout as wait } from 'node:timers/promises'
import { endProcess, type NatsExit, type ServerProcess } from './child.ts'

/** The part of a pino logger that the server needs. */
export interface ServerLog {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** The server ended by itself and is started again on the same port after `restartInMs`. */
export type UnexpectedExit = NatsExit & { restartInMs: number }

export interface Supervisor {
  pid(): number | null
  ready(): Promise<void>
  onExit(listener: (exit: UnexpectedExit) => void): () => void
  /** Ends the server and waits until the next one runs. */
  restart(why: string): Promise<void>
  /** Ends the server and waits until it is gone. */
  end(): Promise<void>
}

export interface Supervised {
  first: ServerProcess
  /** Starts the next one. */
  launch(): Promise<ServerProcess>
  /** Throws when it did not come up. */
  untilReady(child: ServerProcess): Promise<void>
  log?: ServerLog | undefined
}

export const stopGraceMs = 5_000
const firstPauseMs = 100
const longestPauseMs = 5_000
/** Who ran this long was well: the pauses begin anew. */
const steadyMs = 10_000

/** Starts the server again whenever it ends by itself, with pauses from 0.1 to 5 s. There are never two of them. */
export function supervise({ first, launch, untilReady, log }: Supervised): Supervisor {
  const stopping = new AbortController()
  const listeners = new Set<(exit: UnexpectedExit) => void>()
  let current = first
  let up = Promise.resolve()
  let wanted: string | undefined

  const startAgain = async (): Promise<void> => {
    current = await launch()
    current.hold(false)
    await readyOrEnded(current, untilReady)
    log?.info({ pid: current.pid }, 'nats-server runs again')
  }
  const keepRunning = async (): Promise<void> => {
    for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
      const since = Date.now()
      const ended = await current.exited
      if (stopping.signal.aborted) return
      if (Date.now() - since > steadyMs) pause = firstPauseMs
      const exit = { ...ended, restartInMs: pause }
      tellEnd(exit, wanted, log)
      wanted = undefined
      const back = Promise.withResolvers<void>()
      up = back.promise
      for (const listener of listeners) listener(exit)
      await untilRunning(startAgain, pause, stopping.signal, log)
      back.resolve()
      if (stopping.signal.aborted) return
    }
  }
  first.hold(false)
  const watching = keepRunning()

  return {
    pid: () => (current.hasExited() ? null : current.pid),
    ready: () => up,
    onExit(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async restart(why) {
      const ending = current
      wanted = why
      await endProcess(ending, stopGraceMs)
      await ending.exited
      await up
    },
    async end() {
      stopping.abort()
      current.hold(true)
      await endProcess(current, stopGraceMs)
      await watching
      current.hold(true)
      await endProcess(current, stopGraceMs) // one whose start was under way
      await current.exited
    },
  }
}

async function readyOrEnded(child: ServerProcess, untilReady: Supervised['untilReady']): Promise<void> {
  try {
    await untilReady(child)
  } catch (error) {
    await endProcess(child, stopGraceMs)
    throw error
  }
}

function tellEnd(exit: UnexpectedExit, wanted: string | undefined, log: ServerLog | undefined): void {
  if (wanted === undefined) log?.warn(exit, 'nats-server ended by itself and is started again')
  else log?.warn({ why: wanted }, 'nats-server is started again')
}

/** Tries until the server runs or we are stopping, with growing pauses. */
async function untilRunning(start: () => Promise<void>, firstMs: number, signal: AbortSignal, log?: ServerLog): Promise<void> {
  for (let pause = firstMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
    await wait(pause, undefined, { signal }).catch(() => undefined) // stopping cuts the pause short
    if (signal.aborted) return
    try {
      return await start()
    } catch (error) {
      if (signal.aborted) return
      log?.warn(
        { reason: error instanceof Error ? error.message : String(error), restartInMs: pause },
        'nats-server could not be started again',
      )
    }
  }
}
