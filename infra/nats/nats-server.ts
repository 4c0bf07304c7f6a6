import { statSync } from 'node:fs'
import { type Lock, takeLock } from '../locks/file-lock.mjs'
import { type ProcessIdentity, processIsAlive } from '../locks/process-identity.mjs'
import { adoptStore } from './accounts.ts'
import { endProcess, PortTaken, type ServerProcess, spawnServer, strayServer, waitUntilReady } from './child.ts'
import { createDataDirectory, type DataDirectory, loadLogins, type NatsLogins, writeConfiguration } from './data-directory.ts'
import { freePort, portCandidates } from './port.ts'
import { type ServerLog, stopGraceMs, supervise, type UnexpectedExit } from './supervisor.ts'
import { followWriteFaults } from './write-faults.ts'

export { findNatsServer, type NatsServerBinary, NatsServerMissing } from './binary.ts'
export type { NatsExit } from './child.ts'
export type { NatsLogin, NatsLogins } from './data-directory.ts'
export { checkServerVersion, readServerInfo, type ServerInfo } from './server-info.ts'
export type { ServerLog, UnexpectedExit } from './supervisor.ts'

export interface NatsServerOptions {
  /** Created when missing (0700). Holds store, configuration, secrets, log and lock. */
  dataDir: string
  /** The port wanted on 127.0.0.1; when it is taken, the next free of the 50 after it. 0 = any. */
  port: number
  /** `always`: what is acknowledged is on the disk. `fast`: it may be lost with the power, not with the process. */
  sync: 'always' | 'fast'
  /** The nats-server program: see `findNatsServer`. */
  binary: string
  /** Names of the functions' durable consumers: `inspector` may not touch these. */
  functionConsumers?: readonly string[]
  /** Bytes; default 1 MiB. */
  maxPayload?: number
  /** For the start of a large store; default 60 s. */
  readyTimeoutMs?: number
  log?: ServerLog
}

export interface EmbeddedNats extends AsyncDisposable {
  /** Without credentials: who connects with it alone is an outsider. */
  readonly url: string
  readonly port: number
  readonly logins: NatsLogins
  /** The file with the secrets (0600), and the context for the nats command line with the inspector's login (0600). */
  readonly secretsPath: string
  readonly contextPath: string
  readonly logPath: string
  /** Null while it is being started again. */
  pid(): number | null
  /** Resolves when the server answers, at once when it does now. */
  ready(): Promise<void>
  onExit(listener: (exit: UnexpectedExit) => void): () => void
  /** Ends the server and waits until it runs again on the same port; who is connected comes back by himself. */
  restart(why: string): Promise<void>
  /** What its log says of a write that failed, since this was asked before: such a server needs a restart. */
  writeFault(): Promise<string | undefined>
  /** Ends the server (SIGTERM, SIGKILL after 5 s) and frees the store. The second call does nothing. */
  stop(): Promise<void>
}

/** Another running system holds this data directory. */
export class StoreInUse extends Error {
  override name = 'StoreInUse'
}

interface LockDetails {
  url: string
  server: ProcessIdentity | null
}

const readyTimeoutMs = 60_000

/**
 * Starts nats-server as a managed child on a data directory that is ours alone: nats-server locks nothing itself, and two on one store
 * both acknowledge the same sequence. An ownerless server that was left on the directory is ended first.
 * Throws `StoreInUse`, and an Error with the server's last lines when it cannot start.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<EmbeddedNats> {
  const directory = createDataDirectory(options.dataDir)
  const outcome = takeLock<LockDetails>(directory.lock, { url: '', server: null })
  if (!outcome.taken) throw new StoreInUse(inUse(directory, outcome.holder.pid, outcome.holder.url ?? ''))
  try {
    for (const orphan of [outcome.left?.server ?? null, strayServer(directory)]) await endOrphan(orphan, options.log)
    tellAdopted(adoptStore(directory.store), directory, options.log)
    const logins = loadLogins(directory)
    const { child, port } = await startOnFreePort(options, directory, logins, outcome.lock)
    return embedded({ options, directory, logins, lock: outcome.lock, port, first: child })
  } catch (error) {
    outcome.lock.release()
    throw error
  }
}

function inUse(directory: DataDirectory, pid: number, url: string): string {
  const address = url === '' ? '' : ` at ${url}`
  return (
    `${directory.path} is in use by a running Cortex (process ${pid})${address}. ` +
    'Work with that one: the cortex commands find it when they are given the same data folder. Or stop it first, or give this one another folder with --data.'
  )
}

function tellAdopted(adopted: ReturnType<typeof adoptStore>, { store }: DataDirectory, log: ServerLog | undefined): void {
  if (adopted === 'adopted') log?.info({ store }, 'what an earlier version stored is in the account of the system now')
  if (adopted === 'left')
    log?.warn({ store }, 'an earlier version ran here after a newer one: what it stored lies in its own folder, and is not read')
}

async function endOrphan(orphan: ProcessIdentity | null, log: ServerLog | undefined): Promise<void> {
  if (orphan === null || !processIsAlive(orphan.pid, orphan.startTime)) return
  log?.warn({ pid: orphan.pid }, 'a nats-server was left over by a system that is gone; it is ended')
  await endProcess(orphan, stopGraceMs)
}

type Started = { child: ServerProcess; port: number }

async function startOnFreePort(
  options: NatsServerOptions,
  directory: DataDirectory,
  logins: NatsLogins,
  lock: Lock<LockDetails>,
): Promise<Started> {
  for (const candidate of portCandidates(options.port)) {
    const port = await freePort(candidate)
    if (port === null) continue
    const settings = {
      port,
      sync: options.sync,
      maxPayload: options.maxPayload ?? 1_048_576,
      functionConsumers: options.functionConsumers ?? [],
    }
    writeConfiguration(directory, settings, logins)
    const child = await launch(options, directory, lock, '')
    try {
      await waitUntilReady(child, directory, port, options.readyTimeoutMs ?? readyTimeoutMs)
      lock.write({ url: addressOf(port), server: { pid: child.pid, startTime: child.startTime } })
      if (port !== options.port && options.port !== 0)
        options.log?.info({ asked: options.port, port }, 'the port is taken; another one is used')
      return { child, port }
    } catch (error) {
      await endProcess(child, stopGraceMs)
      if (!(error instanceof PortTaken)) throw error // otherwise someone took the port after we looked: the next one
    }
  }
  throw new Error(
    `no free port for nats-server from ${options.port} to ${options.port + 50} on 127.0.0.1; set another one with [nats] port in cortex.toml`,
  )
}

/** The record is written in the same breath as the start, so that a server without an owner can be found and ended. */
async function launch(options: NatsServerOptions, directory: DataDirectory, lock: Lock<LockDetails>, url: string): Promise<ServerProcess> {
  const child = await spawnServer(options.binary, directory)
  try {
    lock.write({ url, server: { pid: child.pid, startTime: child.startTime } })
  } catch (error) {
    await endProcess(child, stopGraceMs)
    throw error
  }
  return child
}

interface Running {
  options: NatsServerOptions
  directory: DataDirectory
  logins: NatsLogins
  lock: Lock<LockDetails>
  port: number
  first: ServerProcess
}

function embedded({ options, directory, logins, lock, port, first }: Running): EmbeddedNats {
  const url = addressOf(port)
  const supervisor = supervise({
    first,
    launch: () => launch(options, directory, lock, url),
    untilReady: (child) => waitUntilReady(child, directory, port, options.readyTimeoutMs ?? readyTimeoutMs),
    log: options.log,
  })
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => {
    stopped ??= supervisor.end().then(() => lock.release())
    return stopped
  }
  return {
    url,
    port,
    logins,
    secretsPath: directory.secrets,
    contextPath: directory.context,
    logPath: directory.log,
    pid: supervisor.pid,
    ready: supervisor.ready,
    onExit: supervisor.onExit,
    restart: supervisor.restart,
    writeFault: followWriteFaults(directory.log, statSync(directory.log).size),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function addressOf(port: number): string {
  return `nats://127.0.0.1:${port}`
}
