import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cachedNatsServer, cacheFolder, findOnPath, isAtLeast, isRunnable, oldest, versionIn } from '../setup/cache.mjs'

const execute = promisify(execFile)

export interface NatsServerBinary {
  path: string
  /** "2.15.1" */
  version: string
}

/** There is no nats-server that we can start; the message says what to do. */
export class NatsServerMissing extends Error {
  override name = 'NatsServerMissing'
}

/**
 * The nats-server to start: the one on PATH if it is new enough, else the one that set-up fetched.
 * Throws `NatsServerMissing`.
 * @param environment PATH, and the variables that say where the cache is
 */
export async function findNatsServer(environment: Readonly<Record<string, string | undefined>>): Promise<NatsServerBinary> {
  const refused: string[] = []
  for (const path of [findOnPath('nats-server', environment), cachedNatsServer(cacheFolder(environment))]) {
    if (path === null || !isRunnable(path)) continue
    const version = await versionOf(path)
    if (version !== null && isAtLeast(version, oldest.natsServer)) return { path, version }
    refused.push(`${path} is ${version ?? 'not one'}`)
  }
  const found = refused.length > 0 ? ` (${refused.join(', ')})` : ''
  throw new NatsServerMissing(
    `no nats-server ${oldest.natsServer} or newer was found on PATH or in the cache${found}; run "node infra/setup/setup.mjs" to fetch one, or install it.`,
  )
}

async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await execute(path, ['--version'], { timeout: 20_000 })
    return versionIn(stdout)
  } catch {
    return null // it does not run, or is no nats-server: the caller names it
  }
}
