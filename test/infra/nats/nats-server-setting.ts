import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { processStartTime } from '../../../infra/locks/process-identity.mjs'
import { type EmbeddedNats, findNatsServer, type NatsLogin, NatsServerMissing, startNatsServer } from '../../../infra/nats/nats-server.ts'
import { until } from '../../support/temporary.ts'

export const binary = await findNatsServer(process.env).then(
  (found) => found.path,
  (error: unknown) => {
    if (error instanceof NatsServerMissing) return null
    throw error
  },
)
export const skip = binary === null ? 'no nats-server here; run node infra/setup/setup.mjs' : false

export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cortex-nats-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function start(dataDir: string, port = 0, functionConsumers: string[] = []): Promise<EmbeddedNats> {
  return startNatsServer({ dataDir, port, sync: 'always', binary: binary ?? '', functionConsumers })
}

export function client(server: { url: string }, login?: NatsLogin): Promise<NatsConnection> {
  const signIn = login ? { user: login.user, pass: login.password, inboxPrefix: login.inboxPrefix } : {}
  return connect({ servers: server.url, ...signIn, reconnectTimeWait: 50, timeout: 2_000 })
}

export async function withStreams(server: EmbeddedNats): Promise<NatsConnection> {
  const cortex = await client(server, server.logins.cortex)
  const manager = await jetstreamManager(cortex)
  await manager.streams.add({ name: 'DOOR', subjects: ['task.created'] })
  await manager.streams.add({ name: 'EVENTS', subjects: ['task.*.*', 'plan.*.*'], allow_direct: true })
  return cortex
}

/** A process of its own that starts a server on `dataDir`, prints its port and process id, and then does `after`. */
export async function otherSystem(
  dataDir: string,
  after: string,
): Promise<{ pid: number; port: number; server: number; end(signal: NodeJS.Signals): Promise<void> }> {
  const module = new URL('../../../infra/nats/nats-server.ts', import.meta.url).href
  const script = `
    const { startNatsServer } = await import(${JSON.stringify(module)})
    const server = await startNatsServer(${JSON.stringify({ dataDir, port: 0, sync: 'fast', binary })})
    console.log(JSON.stringify({ port: server.port, server: server.pid() }))
    ${after}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  child.stdout.setEncoding('utf8')
  const [line]: string[] = await once(child.stdout, 'data')
  const said: { port: number; server: number } = JSON.parse(line ?? '')
  return {
    pid: child.pid ?? 0,
    ...said,
    async end(signal) {
      child.kill(signal)
      await closed
    },
  }
}

export const forever = 'setInterval(() => {}, 1000)'

export const gone = (pid: number): Promise<void> => until(() => processStartTime(pid) === null)

/** Rejects when the server refuses the subscription; ends when it does not and something comes. */
export async function firstMessage(connection: NatsConnection, subject: string): Promise<void> {
  for await (const _message of connection.subscribe(subject, { max: 1 })) return
}
