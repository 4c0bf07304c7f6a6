import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type ProcessIdentity, processIsAlive, processStartTime, readIfThere } from '../locks/process-identity.mjs'
import type { DataDirectory } from './data-directory.ts'
import { atExit } from './exit-guard.ts'
import { readServerInfo } from './server-info.ts'

/** How a nats-server came to its end. */
export interface NatsExit {
  code: number | null
  signal: NodeJS.Signals | null
  /** The last lines it wrote, for people. */
  lastLines: string
}

export interface ServerProcess extends ProcessIdentity {
  exited: Promise<NatsExit>
  hasExited(): boolean
  kill(signal: NodeJS.Signals): void
  /** Whether our own process waits for its end before it may end itself. */
  hold(on: boolean): void
}

/**
 * Starts nats-server in a session of its own, so that a Ctrl-C in our terminal does not stop it before we are done with it.
 * Throws when the program cannot be started.
 */
export async function spawnServer(binary: string, directory: DataDirectory): Promise<ServerProcess> {
  const logged = logSize(directory)
  const child = spawn(binary, ['-c', directory.configuration], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {},
    cwd: directory.path,
  })
  const forget = atExit(() => child.kill('SIGTERM'))
  let errors = ''
  let ended = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-8_192)
  })
  const exited = new Promise<NatsExit>((resolve) => {
    child.once('close', (code, signal) => {
      ended = true
      forget()
      resolve({ code, signal, lastLines: lastLines(`${logSince(directory, logged)}\n${errors}`) })
    })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => {
      forget()
      reject(new Error(`nats-server ${binary} cannot be started: ${error.message}`))
    })
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`nats-server ${binary} was started without a process id`)
  return {
    pid,
    startTime: processStartTime(pid) ?? '',
    exited,
    hasExited: () => ended,
    kill: (signal) => void child.kill(signal),
    hold: (on) => {
      const errorPipe: object = child.stderr
      for (const handle of [child, ...(errorPipe instanceof Socket ? [errorPipe] : [])]) on ? handle.ref() : handle.unref()
    },
  }
}

/** Somebody else listens where the server was to. */
export class PortTaken extends Error {
  override name = 'PortTaken'
}

/**
 * Waits until the server greets with JetStream on. Throws with its last lines when it ended instead (`PortTaken` where they say so), or
 * was not ready in time (a large store is read at the start; that is what the time is for).
 */
export async function waitUntilReady(child: ServerProcess, directory: DataDirectory, port: number, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  let last = 'it did not listen'
  while (!child.hasExited()) {
    try {
      const info = await readServerInfo('127.0.0.1', port, 2_000)
      if (info.server_name === directory.serverName && info.jetstream === true) return
      last = `port ${port} is answered by ${info.server_name ?? 'another server'}${info.jetstream === true ? '' : ' without JetStream'}`
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() > deadline)
      throw new Error(`nats-server was not ready within ${timeoutMs / 1000} s (${last}); its log is ${directory.log}`)
    await Promise.race([wait(5), child.exited])
  }
  const exit = await child.exited
  const words = `nats-server ended at its start (${exit.signal ?? `exit ${exit.code}`}):\n${exit.lastLines}`
  throw exit.lastLines.includes('address already in use') ? new PortTaken(words) : new Error(words)
}

/** Ends a process by its id: SIGTERM, and SIGKILL when it is still there after `graceMs`. Does nothing when it is not that process any more. */
export async function endProcess(target: ProcessIdentity, graceMs: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!processIsAlive(target.pid, target.startTime)) return
    process.kill(target.pid, signal)
    const deadline = Date.now() + graceMs
    while (processIsAlive(target.pid, target.startTime) && Date.now() < deadline) await wait(10)
  }
  if (processIsAlive(target.pid, target.startTime))
    throw new Error(`process ${target.pid} does not end, not even by SIGKILL; end it and start again`)
}

/** A server of this data directory that runs without an owner, known by the pid file it wrote and its command line. */
export function strayServer(directory: DataDirectory): ProcessIdentity | null {
  if (process.platform !== 'linux' || !existsSync(directory.pidFile)) return null
  const pid = Number.parseInt(readFileSync(directory.pidFile, 'utf8'), 10)
  const startTime = processStartTime(pid)
  if (startTime === null) return null
  const command = `/proc/${pid}/cmdline`
  return readIfThere(command)?.split('\0').includes(directory.configuration) ? { pid, startTime } : null
}

function logSize(directory: DataDirectory): number {
  return existsSync(directory.log) ? readFileSync(directory.log).length : 0
}

function logSince(directory: DataDirectory, offset: number): string {
  if (!existsSync(directory.log)) return ''
  const bytes = readFileSync(directory.log)
  return bytes.subarray(bytes.length < offset ? 0 : offset).toString('utf8')
}

function lastLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-8)
    .join('\n')
}
