import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, headers } from '@nats-io/transport-node'
import { startConfirmed } from '../../../bus/jetstream/confirmed.ts'
import { startRideAlong } from '../../../bus/jetstream/ride-along.ts'
import { startNats } from '../../support/nats.ts'
import { natsServerForTests } from '../../support/tools.ts'

/** A server with somebody who answers on `echo`, and nobody but a silent one on `silent`. */
const world = async ({ timeoutMs = 5000, reconnect = false } = {}) => {
  await using started = new AsyncDisposableStack()
  const nats = started.use(
    await startNats(natsServerForTests(), {
      jetStream: false,
      more: 'authorization { users: [{ user: a, password: b, permissions: { publish: { deny: denied } } }] }',
    }),
  )
  const nc = await connect({ servers: nats.url, user: 'a', pass: 'b', reconnect, reconnectTimeWait: 50 })
  started.defer(() => nc.close())
  nc.subscribe('echo', { callback: (_, m) => void m.respond(m.data) })
  nc.subscribe('silent', { callback: () => undefined })
  const rideAlong = startRideAlong()
  const confirmed = startConfirmed(nc, { inboxPrefix: '_MINE', timeoutMs, rideAlong })
  const all = started.move()
  return {
    nats,
    nc,
    rideAlong,
    ask: (subject: string, body = '') => confirmed(subject, body, headers()),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

test('each request gets its own answer, under the own prefix', async () => {
  await using bus = await world()
  const answers = await Promise.all(['one', 'two', 'three'].map((body) => bus.ask('echo', body)))
  assert.deepEqual(
    answers.map((answer) => answer.string()),
    ['one', 'two', 'three'],
  )
  assert.match(answers[0]!.subject, /^_MINE\./)
})

test('who asks nobody hears so at once; who gets no answer, at the end of his time, and not the others', async () => {
  await using bus = await world({ timeoutMs: 200 })
  await assert.rejects(bus.ask('nobody'), { name: 'NoResponders' })
  const [silent, answered] = await Promise.allSettled([bus.ask('silent'), bus.ask('echo', 'still here')])
  assert.equal(silent.status === 'rejected' && silent.reason.name, 'TimeoutError')
  assert.equal(answered.status === 'fulfilled' && answered.value.string(), 'still here')
})

test('who may not publish there hears it in the server’s words, and nobody else does', async () => {
  await using bus = await world()
  const others = bus.ask('echo', 'mine')
  await assert.rejects(bus.ask('denied'), { name: 'RequestError', message: /Permissions Violation for Publish to "denied"/ })
  assert.equal((await others).string(), 'mine')
})

test('a connection that is closed for good leaves nobody waiting', async () => {
  await using bus = await world()
  const waiting = bus.ask('silent')
  const refused = assert.rejects(waiting, { name: 'ClosedConnectionError' })
  await bus.nats.kill()
  await refused
})

test('what a server that went away was asked fails as soon as another is there', async () => {
  await using bus = await world({ reconnect: true, timeoutMs: 600_000 })
  const refused = assert.rejects(bus.ask('silent'), { name: 'BusAway', message: /disconnected/ })
  await bus.nats.kill()
  await bus.nats.restart()
  await refused
  assert.equal((await bus.ask('echo', 'on the new line')).string(), 'on the new line')
})

test('what can wait goes with what is published', async () => {
  await using bus = await world()
  const sent: string[] = []
  bus.rideAlong.add(() => sent.push('rode along'))
  const answer = bus.ask('echo')
  assert.deepEqual(sent, ['rode along'])
  await answer
})
