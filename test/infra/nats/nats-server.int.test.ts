import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { processIsAlive, processStartTime } from '../../../infra/locks/process-identity.mjs'
import { StoreInUse, startNatsServer, type UnexpectedExit } from '../../../infra/nats/nats-server.ts'
import { binary, client, folder, forever, gone, otherSystem, skip, start, withStreams } from './nats-server-setting.ts'

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
