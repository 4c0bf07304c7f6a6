import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { listDeadLetters } from '../../../bus/runtime/dead-letters.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { startBus } from '../../support/bus.ts'
import { callbackFunctions as functions, SECRET, callbackServices as servicesFor } from '../../support/callback-process.ts'
import { httpServer } from '../../support/http-server.ts'
import { PATIENCE_MS } from '../../support/patience.ts'

const receiving = (answer: (response: ServerResponse, time: number) => void) => {
  let time = 0
  return httpServer((_, response) => answer(response, ++time))
}
const created = { title: 'Fix the total' }
const ended = { reason: 'somebody said no', class: 'rejected' }

describe('what a receiver is told', { concurrency: 4 }, () => {
  test('a receiver that fails at first is told in the end, once, under one id, and its failures are on record', async () => {
    await using server = await receiving((response, time) => response.writeHead(time < 4 ? 500 : 200).end())
    await using bus = await startBus(catalogue, functions(), { services: servicesFor({ ci: server.url }) })
    await bus.emit('task.created', 'task-1', created)
    await bus.emit('task.failed', 'task-1', ended)
    await bus.until('callback.delivered', 'task-1')
    const facts = await bus.facts('task-1')
    const about = facts.filter(({ type }) => type.startsWith('callback.'))
    assert.deepEqual(
      about.map(({ type }) => type),
      ['callback.due', ...Array(3).fill('callback.missed'), 'callback.delivered'],
    )
    const due = about[0]?.id
    assert.deepEqual(new Set(server.requests.map(({ headers }) => headers['webhook-id'])), new Set([due]))
    const [first] = server.requests
    assert.ok(first)
    const told = new Webhook(SECRET).verify(first.body, first.headers as Record<string, string>)
    assert.partialDeepStrictEqual(told, {
      type: 'task.failed',
      data: { task_id: 'task-1', title: 'Fix the total', reason: 'somebody said no' },
    })
  })

  test('what is never taken ends as a fact: no dead letter, and an open task goes on', async () => {
    await using server = await receiving((response) => response.writeHead(503).end())
    await using bus = await startBus(catalogue, functions(), { services: servicesFor({ ci: server.url }) })
    await bus.emit('task.created', 'task-1', created)
    await bus.emit('gate.opened', 'task-1', { planHash: 'a'.repeat(64), expiresAt: '2027-01-01T10:00:00.000Z' })
    const failed = await bus.until('callback.failed', 'task-1')
    assert.partialDeepStrictEqual(failed.data, { class: 'exhausted', attempt: 10, receiver: 'ci' })
    assert.equal(server.requests.length, 10)
    assert.equal((await listDeadLetters(bus.connection)).total, 0)
    assert.equal((await bus.runtime.folds.coldStory('task-1')).state.end, undefined)
  })

  test('an attempt that a stop cut off is made again by whoever is next, under the same id', async () => {
    const arrived = Promise.withResolvers<void>()
    await using server = await receiving((response, time) => {
      if (time > 1) response.end()
      else arrived.resolve()
    })
    await using bus = await startBus(catalogue, functions(), { services: servicesFor({ ci: server.url }) })
    await bus.emit('task.created', 'task-1', created)
    await bus.emit('task.failed', 'task-1', ended)
    await arrived.promise
    await bus.runtime.stop()
    await bus.another(functions())
    const delivered = await until(() => bus.facts('task-1'), 'callback.delivered')
    assert.partialDeepStrictEqual(delivered.data, { attempt: 1 })
    assert.equal(server.requests.length, 2)
    assert.equal(new Set(server.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size, 1)
  })

  test('a stop between two attempts loses neither the delivery nor its count', async () => {
    await using server = await receiving((response, time) => response.writeHead(time === 1 ? 500 : 200).end())
    await using bus = await startBus(catalogue, functions('5001ms'), { services: servicesFor({ ci: server.url }) })
    await bus.emit('task.created', 'task-1', created)
    await bus.emit('task.failed', 'task-1', ended)
    await bus.until('callback.missed', 'task-1')
    await bus.runtime.stop()
    await bus.another(functions('5001ms'))
    const delivered = await until(() => bus.facts('task-1'), 'callback.delivered')
    assert.partialDeepStrictEqual(delivered.data, { attempt: 2 })
    assert.equal(server.requests.length, 2)
  })

  test('a process that dies between the answer of the receiver and its fact is followed by another, which tells it again under the same id', async () => {
    await using server = await receiving((response) => response.end())
    await using bus = await startBus(catalogue, functions(), { services: servicesFor({ ci: server.url }) })
    await bus.runtime.stop()
    await bus.emit('task.created', 'task-1', created)
    await bus.emit('task.failed', 'task-1', ended)
    const script = fileURLToPath(new URL('../../support/callback-process.ts', import.meta.url))
    const mortal = spawn(process.execPath, [script, bus.nats.url, server.url], { stdio: ['ignore', 'ignore', 'inherit'] })
    const [, signal] = await once(mortal, 'exit')
    assert.equal(signal, 'SIGKILL')
    assert.equal(server.requests.length, 1)
    await bus.another(functions())
    await until(() => bus.facts('task-1'), 'callback.delivered')
    assert.equal(server.requests.length, 2)
    assert.equal(new Set(server.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size, 1)
  })

  test('a bus that is killed between two attempts goes on where it was', async () => {
    await using server = await receiving((response, time) => response.writeHead(time === 1 ? 500 : 200).end())
    await using bus = await startBus(catalogue, functions('5001ms'), { services: servicesFor({ ci: server.url }), sync: 'always' })
    await bus.emit('task.created', 'task-1', created)
    await bus.emit('task.failed', 'task-1', ended)
    await bus.until('callback.missed', 'task-1')
    await bus.nats.kill()
    await bus.nats.restart()
    await bus.until('callback.delivered', 'task-1')
    const ids = new Set(server.requests.map(({ headers }) => headers['webhook-id']))
    assert.equal(ids.size, 1)
    assert.ok(server.requests.length <= 3, `${server.requests.length} attempts`)
  })

  test('a receiver that hangs does not keep the others waiting', async () => {
    let [open, most] = [0, 0]
    await using slow = await receiving((response) => {
      open += 1
      most = Math.max(most, open)
      response.once('close', () => (open -= 1))
    })
    await using quick = await receiving((response) => response.end())
    await using bus = await startBus(catalogue, functions('5001ms'), { services: servicesFor({ slow: slow.url, quick: quick.url }) })
    const ids = Array.from({ length: 100 }, (_, index) => `task-${index}`)
    for (const id of ids) {
      await bus.emit('task.created', id, created)
      await bus.emit('task.failed', id, ended)
    }
    await Promise.all(ids.map((id) => bus.until('callback.delivered', id)))
    assert.equal(quick.requests.length, 100)
    assert.ok(most > 0 && most <= 8, `${most} attempts at once at a receiver that hangs`)
  })

  /** Looks until the fact is there: the runtime that could be listened to has been stopped. */
  const until = async <T extends { type: string }>(look: () => Promise<readonly T[]>, type: string): Promise<T> => {
    const limit = AbortSignal.timeout(PATIENCE_MS)
    for (;;) {
      const found = (await look()).find((fact) => fact.type === type)
      if (found) return found
      limit.throwIfAborted()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
})
