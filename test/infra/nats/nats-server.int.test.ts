import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { processIsAlive, processStartTime } from '../../../infra/locks/process-identity.mjs'
import {
  type EmbeddedNats,
  findNatsServer,
  type NatsLogin,
  NatsServerMissing,
  StoreInUse,
  startNatsServer,
  type UnexpectedExit,
} from '../../../infra/nats/nats-server.ts'
import { until } from '../../support/temporary.ts'

const binary = await findNatsServer(process.env).then(
  (found) => found.path,
  (error: unknown) => {
    if (error instanceof NatsServerMissing) return null
    throw error
  },
)
const skip = binary === null ? 'no nats-server here; run node infra/setup/setup.mjs' : false

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cortex-nats-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function start(dataDir: string, port = 0, functionConsumers: string[] = []): Promise<EmbeddedNats> {
  return startNatsServer({ dataDir, port, sync: 'always', binary: binary ?? '', functionConsumers })
}

function client(server: { url: string }, login?: NatsLogin): Promise<NatsConnection> {
  const signIn = login ? { user: login.user, pass: login.password, inboxPrefix: login.inboxPrefix } : {}
  return connect({ servers: server.url, ...signIn, reconnectTimeWait: 50, timeout: 2_000 })
}

async function withStreams(server: EmbeddedNats): Promise<NatsConnection> {
  const cortex = await client(server, server.logins.cortex)
  const manager = await jetstreamManager(cortex)
  await manager.streams.add({ name: 'DOOR', subjects: ['task.created'] })
  await manager.streams.add({ name: 'EVENTS', subjects: ['task.*.*', 'plan.*.*'], allow_direct: true })
  return cortex
}

/** A process of its own that starts a server on `dataDir`, prints its port and process id, and then does `after`. */
async function otherSystem(
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

const forever = 'setInterval(() => {}, 1000)'

const gone = (pid: number): Promise<void> => until(() => processStartTime(pid) === null)

test('the embedded server runs with JetStream on loopback, and its private files are for their owner only', { skip }, async (t) => {
  await using server = await start(folder(t))
  const cortex = await client(server, server.logins.cortex)
  assert.equal(cortex.info?.jetstream, true)
  assert.equal(cortex.info?.max_payload, 1_048_576)
  await cortex.close()
  for (const path of [server.secretsPath, server.contextPath, join(server.secretsPath, '..', 'nats-server.conf')])
    assert.equal(statSync(path).mode & 0o777, 0o600, path)
  assert.equal(statSync(join(server.secretsPath, '..')).mode & 0o777, 0o700)
  const context: unknown = JSON.parse(readFileSync(server.contextPath, 'utf8'))
  assert.ok(typeof context === 'object' && context !== null && 'inbox_prefix' in context && 'url' in context)
  assert.deepEqual([context.inbox_prefix, context.url], ['_INBOX_inspector', server.url])
  assert.ok(!readFileSync(`/proc/${server.pid()}/cmdline`, 'utf8').includes(server.logins.cortex.password))
})

test('a taken port is left alone and the next free one is used', { skip }, async (t) => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const address = other.address()
  assert.ok(typeof address === 'object' && address !== null)
  await using server = await start(folder(t), address.port)
  assert.ok(server.port > address.port && server.port <= address.port + 50, `${server.port} after ${address.port}`)
})

test('a server that dies is started again on the same port with the same data, and that is reported', { skip }, async (t) => {
  await using server = await start(folder(t))
  const cortex = await withStreams(server)
  await jetstream(cortex).publish('task.created.task-1', 'one')
  const before = server.pid() ?? 0
  const exit = Promise.withResolvers<UnexpectedExit>()
  server.onExit(exit.resolve)
  process.kill(before, 'SIGKILL')
  const { signal, restartInMs } = await exit.promise
  assert.deepEqual({ signal, restartInMs }, { signal: 'SIGKILL', restartInMs: 100 })
  await server.ready()
  assert.notEqual(server.pid(), before)
  const again = await client(server, server.logins.cortex)
  const message = await (await jetstreamManager(again)).streams.getMessage('EVENTS', { seq: 1 })
  assert.equal(message?.subject, 'task.created.task-1')
  await again.close()
  await cortex.close()
})

test('a second system on the same data directory is refused in words and the first goes on', { skip }, async (t) => {
  const dataDir = folder(t)
  await using server = await start(dataDir)
  await assert.rejects(start(dataDir), (error) => {
    assert.ok(error instanceof StoreInUse)
    assert.match(error.message, new RegExp(`process ${process.pid}.*at ${server.url}.*--data`))
    return true
  })
  await (await client(server)).close()
})

test('after a stop the directory is free, no process is left, and the secrets stay the same', { skip }, async (t) => {
  const dataDir = folder(t)
  const first = await start(dataDir)
  const pid = first.pid() ?? 0
  await first.stop()
  await first.stop()
  assert.equal(processStartTime(pid), null)
  await using second = await start(dataDir)
  assert.deepEqual(second.logins, first.logins)
})

test('a stop while the server is being started again leaves nothing behind', { skip }, async (t) => {
  for (const delayMs of [0, 60, 105, 115, 130]) {
    const dataDir = folder(t)
    const server = await start(dataDir)
    const died = Promise.withResolvers<void>()
    server.onExit(() => died.resolve())
    process.kill(server.pid() ?? 0, 'SIGKILL')
    await died.promise
    await new Promise((resolve) => setTimeout(resolve, delayMs)) // the moment of the stop is the matter of this test
    await server.stop()
    assert.equal(server.pid(), null)
    const pid = Number(readFileSync(join(dataDir, 'nats-server.pid'), 'utf8'))
    assert.equal(processStartTime(pid), null)
    assert.equal(existsSync(join(dataDir, 'owner.json')), false)
  }
})

test('what a killed system left running is ended before a new one opens the store', { skip }, async (t) => {
  const dataDir = folder(t)
  const other = await otherSystem(dataDir, forever)
  await other.end('SIGKILL')
  const startTime = processStartTime(other.server)
  assert.ok(startTime !== null, 'the orphan lives on')
  await using server = await start(dataDir)
  assert.equal(processIsAlive(other.server, startTime), false)
  assert.notEqual(server.pid(), other.server)
})

test('an orphan that no lock file names is found by its pid file', {
  skip: skip || process.platform !== 'linux' ? skip || 'needs /proc' : false,
}, async (t) => {
  const dataDir = folder(t)
  const other = await otherSystem(dataDir, forever)
  await other.end('SIGKILL')
  writeFileSync(join(dataDir, 'owner.json'), 'damaged')
  await using server = await start(dataDir)
  assert.equal(processStartTime(other.server), null)
  assert.notEqual(server.pid(), other.server)
})

test('no server outlives a system that ends normally or by a signal', { skip }, async (t) => {
  const dataDir = folder(t)
  const finished = await otherSystem(dataDir, '')
  await gone(finished.pid)
  await gone(finished.server)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    const other = await otherSystem(dataDir, forever)
    await other.end(signal)
    await gone(other.server)
  }
})

test('a server that cannot start says why with its own last lines, and the directory is free again', { skip }, async (t) => {
  const dataDir = folder(t)
  writeFileSync(join(dataDir, 'jetstream'), 'a file where the store should be')
  await assert.rejects(start(dataDir), /ended at its start[\s\S]*jetstream/i)
  assert.equal(existsSync(join(dataDir, 'owner.json')), false)
  await assert.rejects(startNatsServer({ dataDir, port: 0, sync: 'fast', binary: '/nowhere/nats-server' }), /cannot be started.*ENOENT/)
})

test('an outsider may use the open door, and nothing else', { skip }, async (t) => {
  await using server = await start(folder(t))
  const cortex = await withStreams(server)
  const outsider = await client(server)
  assert.equal(outsider.info?.max_payload, 131_072, 'what no request may be as long as is refused before it is sent')
  const stored = await outsider.request('task.created', '{"title":"x"}', { timeout: 2_000 })
  assert.equal(stored.json<{ stream: string }>().stream, 'DOOR')
  for (const subject of [
    'task.created.x',
    'plan.approved.x',
    '$JS.API.INFO',
    '$JS.API.STREAM.INFO.EVENTS',
    '$JS.API.STREAM.DELETE.EVENTS',
    'door.task.create',
  ])
    await assert.rejects(outsider.request(subject, '', { timeout: 2_000 }), /permissions violation/i, subject)
  for (const subject of ['>', 'task.>', '_INBOX_cortex.>', '_INBOX_inspector.>', '$JS.ACK.>'])
    await assert.rejects(firstMessage(outsider, subject), /permissions violation/i, subject)
  const answered = cortex.subscribe('cortex.task.status', { callback: (_error, message) => void message.respond('here') })
  await cortex.flush()
  assert.equal((await outsider.request('cortex.task.status', '', { timeout: 2_000 })).string(), 'here')
  answered.unsubscribe()
  await outsider.close()
  await cortex.close()
})

test('what a version without accounts stored is all there: streams, their messages and how far a consumer was', { skip }, async (t) => {
  const dataDir = folder(t)
  const old = await start(dataDir)
  const configuration = join(dataDir, 'nats-server.conf')
  const {
    accounts,
    no_auth_user: _,
    ...rest
  }: { accounts: { CORTEX: { users: object[] } }; no_auth_user: string } = JSON.parse(readFileSync(configuration, 'utf8'))
  await old.stop()
  writeFileSync(configuration, JSON.stringify({ ...rest, authorization: { users: [accounts.CORTEX.users[0]] } }))
  const earlier = spawn(binary ?? '', ['-c', configuration], { stdio: 'ignore' })
  const before = await connect({ servers: old.url, user: 'cortex', pass: old.logins.cortex.password, waitOnFirstConnect: true })
  const manager = await jetstreamManager(before)
  await manager.streams.add({ name: 'EVENTS', subjects: ['task.*.*'] })
  for (const body of ['one', 'two']) await jetstream(before).publish('task.created.task-1', body)
  await manager.consumers.add('EVENTS', { durable_name: 'reader', ack_policy: AckPolicy.Explicit })
  const first = await (await jetstream(before).consumers.get('EVENTS', 'reader')).next()
  await first?.ackAck()
  await before.close()
  earlier.kill('SIGTERM')
  await once(earlier, 'close')

  rmSync(join(dataDir, 'jetstream', 'jetstream', 'CORTEX'), { recursive: true, force: true })
  await using server = await start(dataDir)
  const cortex = await client(server, server.logins.cortex)
  const next = await (await jetstream(cortex).consumers.get('EVENTS', 'reader')).next()
  assert.equal(next?.string(), 'two')
  assert.equal(existsSync(join(dataDir, 'jetstream', 'jetstream', '$G')), false)
  await cortex.close()
})

test('wrong credentials are refused, and are not taken for an outsider', { skip }, async (t) => {
  await using server = await start(folder(t))
  await assert.rejects(client(server, { ...server.logins.cortex, password: 'guessed' }), /authorization/i)
})

test('the inspector reads the streams, and changes nothing', { skip }, async (t) => {
  await using server = await start(folder(t), 0, ['write-code'])
  const cortex = await withStreams(server)
  await jetstream(cortex).publish('task.created.task-1', 'one')
  await jetstream(cortex).publish('plan.drafted.task-1', 'two')
  const manager = await jetstreamManager(cortex)
  await manager.consumers.add('EVENTS', { durable_name: 'write-code', ack_policy: AckPolicy.Explicit, filter_subject: 'plan.approved.*' })

  const inspector = await client(server, server.logins.inspector)
  const reader = await jetstreamManager(inspector)
  assert.equal((await reader.streams.info('EVENTS')).state.messages, 2)
  const consumer = await jetstream(inspector).consumers.get('EVENTS', { filter_subjects: '*.*.task-1' })
  const read: string[] = []
  for await (const message of await consumer.fetch({ max_messages: 2, expires: 2_000 })) read.push(message.subject)
  assert.deepEqual(read, ['task.created.task-1', 'plan.drafted.task-1'])
  await consumer.delete()

  const own = { durable_name: 'write-code', ack_policy: AckPolicy.Explicit, filter_subject: 'task.created.*' }
  const forbidden: [string, unknown][] = [
    ['task.created', {}],
    ['plan.approved.task-1', {}],
    ['$JS.API.STREAM.DELETE.EVENTS', {}],
    ['$JS.API.STREAM.PURGE.EVENTS', {}],
    ['$JS.API.STREAM.UPDATE.EVENTS', {}],
    ['$JS.API.CONSUMER.CREATE.EVENTS', { stream_name: 'EVENTS', config: { ...own, durable_name: undefined, name: 'write-code' } }],
    ['$JS.API.CONSUMER.CREATE.EVENTS.write-code', { stream_name: 'EVENTS', config: own }],
    ['$JS.API.CONSUMER.CREATE.EVENTS.write-code.task.created.*', { stream_name: 'EVENTS', config: own }],
    ['$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.write-code', { stream_name: 'EVENTS', config: own }],
    ['$JS.API.CONSUMER.MSG.NEXT.EVENTS.write-code', { batch: 1 }],
    ['$JS.API.CONSUMER.DELETE.EVENTS.write-code', {}],
    ['$JS.API.CONSUMER.PAUSE.EVENTS.write-code', {}],
    ['$JS.ACK.EVENTS.write-code.1.1.1.1.0', '+TERM'],
    ['$JS.API.STREAM.INFO.DOOR', {}],
  ]
  for (const [subject, body] of forbidden)
    await assert.rejects(inspector.request(subject, JSON.stringify(body), { timeout: 2_000 }), /permissions violation/i, subject)
  await assert.rejects(firstMessage(inspector, '_INBOX_cortex.>'), /permissions violation/i)
  const renamed = { stream_name: 'EVENTS', config: { ...own, durable_name: undefined, name: 'write-code' } }
  await inspector.request('$JS.API.CONSUMER.CREATE.EVENTS.mine', JSON.stringify(renamed), { timeout: 2_000 })
  assert.equal((await manager.consumers.info('EVENTS', 'write-code')).config.filter_subject, 'plan.approved.*')
  await inspector.close()
  await cortex.close()
})

/** Rejects when the server refuses the subscription; ends when it does not and something comes. */
async function firstMessage(connection: NatsConnection, subject: string): Promise<void> {
  for await (const _message of connection.subscribe(subject, { max: 1 })) return
}
