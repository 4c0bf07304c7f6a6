import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listDeadLetters } from '../../bus/runtime/dead-letters.ts'
import { startBus } from '../support/bus.ts'
import { chainCatalogue, chainFunction, chainOrdered } from '../support/chain.ts'

const MAX_DELIVER = 4

/** Functions that hold their message until they are told to end it, or the process stops. */
const holders = () => {
  const hold = { began: Promise.withResolvers<void>(), ends: false }
  const handler = async <E>({
    event,
    signal,
    say,
  }: {
    event: { data: { n: number } }
    signal: AbortSignal
    say: (type: 'link.first', data: { n: number }) => E
  }) => {
    hold.began.resolve()
    if (!hold.ends) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
    return [say('link.first', { n: event.data.n })]
  }
  const declared = { on: ['task.created'], emits: ['link.first'] } as const
  const parallel = chainFunction({ ...declared, timeout: '1h', retry: { attempts: 2, backoff: ['1s'] }, effect: true, handler })
  return { hold, kinds: { ordered: chainOrdered({ ...declared, handler }), parallel } }
}

for (const kind of ['ordered', 'parallel'] as const)
  test(`an ${kind === 'ordered' ? 'ordered' : 'ordinary'} function's job that is held over more restarts than deliveries are allowed ends as it should`, async () => {
    const { hold, kinds } = holders()
    const functions = { holder: kinds[kind] }
    await using bus = await startBus(chainCatalogue, functions, { maxDeliver: MAX_DELIVER })
    await bus.emit('task.created', 'job', { n: 1 })
    for (let restarts = 0; restarts < 2 * MAX_DELIVER; restarts++) {
      await hold.began.promise
      hold.began = Promise.withResolvers()
      await bus.runtime.stop()
      hold.ends = restarts === 2 * MAX_DELIVER - 1
      bus.runtime = await bus.another(functions)
    }
    await bus.until('link.first', 'job')
    assert.deepEqual(
      (await bus.facts('job')).map(({ type }) => type),
      ['task.created', 'link.first'],
    )
    assert.equal((await listDeadLetters(bus.connection)).total, 0)
  })
