import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import type { Environment } from '../config/environment.ts'
import { type ProcessIdentity, processIsAlive, processStartTime } from '../locks/process-identity.mjs'
import { findOnPath } from '../setup/cache.mjs'

/** A display that nobody sees, for a browser with a real window. */
export interface HiddenDisplay extends AsyncDisposable {
  /** As DISPLAY wants it. */
  readonly name: string
  readonly process: ProcessIdentity
}

export const hasXvfb = (env: Environment): boolean => findOnPath('Xvfb', env) !== null

const START_MS = 10_000
/** Seconds after its last window until it ends by itself: it hardly outlives a browser that was killed together with us. */
const LINGER_S = 60

/** Starts Xvfb on a free display number, for local programs only. Throws when it does not start. */
export const startHiddenDisplay = async (env: Environment): Promise<HiddenDisplay> => {
  const program = findOnPath('Xvfb', env)
  if (program === null) throw new Error('Xvfb is not installed (apt install xvfb)')
  const argv = ['-displayfd', '3', '-screen', '0', '1500x980x24', '-nolisten', 'tcp', '-terminate', String(LINGER_S)]
  const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: { PATH: env['PATH'] ?? '' } })
  const ended = once(child, 'exit')
  const end = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  const pipe = child.stdio[3] as Readable
  const number = await Promise.race([
    once(pipe, 'data').then(([data]) => String(data).trim()),
    ended.then(() => undefined),
    wait(START_MS, undefined, { ref: false }),
  ])
  if (!number) {
    if (child.exitCode === null) await end()
    throw new Error('Xvfb did not start; try it by hand: Xvfb -displayfd 1')
  }
  child.unref()
  pipe.on('error', () => undefined) // nothing more comes over it
  const pid = child.pid ?? 0
  return {
    name: `:${number}`,
    process: { pid, startTime: processStartTime(pid) ?? '' },
    [Symbol.asyncDispose]: () => (child.exitCode === null && child.signalCode === null ? end() : Promise.resolve()),
  }
}

/** Ends the display of a worker that was killed: one that never had a window would stay for ever. */
export const endLeftDisplay = ({ pid, startTime }: ProcessIdentity): void => {
  if (processIsAlive(pid, startTime)) process.kill(pid, 'SIGTERM')
}
