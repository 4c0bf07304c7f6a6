import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import type { SessionInfo } from '@discordjs/ws'
import { type ConnectionEnd, holdConnection } from '../../../../infra/chat/discord/connection.ts'
import { patience } from '../../../../infra/chat/discord/patience.ts'
import { fakeGateway } from '../../../support/chat-platforms/fake-gateway.ts'
import { until } from '../../../support/temporary.ts'

/** Holds a connection to the Gateway at that address with a session of its own, until it ends or is stopped. */
const hold = (url: string, stopping: AbortSignal): Promise<ConnectionEnd> => {
  let info: SessionInfo | null = null
  return holdConnection({
    api: { call: async () => ({ url, session_start_limit: { remaining: 9, reset_after: 1 } }) },
    token: 'secret',
    intents: 1,
    waits: patience(),
    signal: stopping,
    session: {
      info: () => info,
      update: (next) => {
        info = next
      },
      belongsTo: () => undefined,
      handle: (_sequence, work) => work('me'),
      saveSoon: () => undefined,
      save: async () => undefined,
    },
    take: async () => undefined,
    tell: () => undefined,
    log: () => undefined,
  })
}

const hostile: readonly [what: string, frames: readonly object[]][] = [
  ['a session that is invalid without saying how', [{ op: 9 }]],
  ['a greeting without a heartbeat', [{ op: 10 }]],
  ['a beginning without a session', [{ op: 0, t: 'READY', s: 2 }]],
]
for (const [what, frames] of hostile)
  test(`a Gateway that breaks its protocol ends the connection with a reason, and not the process: ${what}`, async () => {
    await using gateway = await fakeGateway({ id: 'me', token: 'secret' })
    const stopping = new AbortController()
    const held = hold(gateway.url, stopping.signal)
    await gateway.ready(1)
    for (const line of gateway.lines) for (const frame of frames) line.send(frame)
    const end = await held
    assert.match(end.reason, /what nobody understands/)
    await until(() => gateway.lines.size === 0)
  })

test('words that are none are passed over', async () => {
  await using gateway = await fakeGateway({ id: 'me', token: 'secret' })
  const stopping = new AbortController()
  const held = hold(gateway.url, stopping.signal)
  await gateway.ready(1)
  for (const line of gateway.lines) for (const frame of ['text', 7, null, [], {}, { op: 99 }, { op: 0 }]) line.send(frame)
  gateway.heartbeats = 0
  for (const line of gateway.lines) line.send({ op: 1 })
  await until(() => gateway.heartbeats === 1)
  stopping.abort()
  assert.equal((await held).reason, 'it was stopped')
})

test('a stop while the Gateway has taken the call and says nothing ends it', async () => {
  const calls = new Set<Socket>()
  const silent = createServer((socket) => {
    calls.add(socket)
    socket.on('error', () => undefined) // it is cut off
    socket.on('close', () => calls.delete(socket))
  }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const stopping = new AbortController()
  const held = hold(`ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, stopping.signal)
  await until(() => calls.size === 1)
  stopping.abort()
  assert.equal((await held).reason, 'it was stopped')
  for (const call of calls) call.destroy()
  silent.close()
})
