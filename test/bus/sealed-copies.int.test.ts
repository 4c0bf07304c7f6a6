import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../bus/envelope.ts'
import { NotRetryable } from '../../bus/errors.ts'
import { store } from '../../bus/jetstream/publish.ts'
import { listDeadLetters, redriveDeadLetter } from '../../bus/runtime/dead-letters.ts'
import { redriveCopy } from '../../bus/runtime/retries.ts'
import { NOTHING_BEFORE, sealBy } from '../../bus/seal.ts'
import { startBus } from '../support/bus.ts'
import { chainCatalogue, chainFunction } from '../support/chain.ts'
import { PATIENCE_MS } from '../support/patience.ts'
import { until } from '../support/temporary.ts'

const once = { timeout: '10s', retry: { attempts: 1, backoff: ['10ms'] } } as const
const soon = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS)
/** `link.first` counts only as the system's own, as the end of a task does. */
const catalogue = { ...chainCatalogue, 'link.first': { ...chainCatalogue['link.first'], sealed: true as const } }

/** A function that tells what it was given, and gives up on the first of everything. */
const listener = (heard: string[]) =>
  chainFunction({
    on: ['link.first', 'link.second'],
    emits: [],
    ...once,
    handler: ({ event }) => {
      heard.push(`${event.type} ${event.id}`)
      if (heard.filter((one) => one.endsWith(event.id)).length === 1) throw new NotRetryable('not yet')
      return []
    },
  })

test('a copy is heard only with the seal, or as the copy of a fact that is stored, whatever sequence it names', async () => {
  const heard: string[] = []
  await using bus = await startBus(catalogue, { listen: listener(heard) }, { seal: sealBy('a key', 3) })
  const copy = async (id: string, { sequence, type = 'link.second', n = 1 }: { sequence: number; type?: string; n?: number }) => {
    const event = { id, type, subject: 'a', source: 'test', time: '2026-01-01T00:00:00.000Z', causedBy: 'x', hops: 1, data: { n } }
    const wire = encode(catalogue, event)
    const message = { subject: wire.subject, sequence, time: event.time, body: () => wire.body }
    const forged = redriveCopy('listen', message, wire.headers, 1)
    await store(bus.connection, [{ ...forged, messageId: `${id} ${sequence} ${n}` }], soon())
  }
  for (let n = 0; n < 4; n++) await bus.emit('task.created', `other-${n}`, { n })
  for (const type of ['link.first', 'link.second'])
    for (const sequence of [0, -1, 2, 99]) await copy(`forged-${type}-${sequence}`, { sequence, type })
  const stored = await bus.emit('link.second', 'a', { n: 1 }, { eventId: 'stored', seal: null })
  await until(() => heard.includes('link.second stored'))
  await copy('stored', { sequence: stored, n: 2 })
  await copy('stored', { sequence: stored })
  await until(() => heard.length > 1)
  await bus.emit('link.second', 'a', { n: 1 }, { eventId: 'last' })
  await until(() => heard.includes('link.second last'))
  assert.deepEqual(heard, ['link.second stored', 'link.second stored', 'link.second last'])
})

test('the dead letter of a fact that is gone and bears no seal is refused in words, for nobody would hear it', async () => {
  await using bus = await startBus(catalogue, { listen: listener([]) }, { seal: sealBy('a key', 1) })
  const sequence = await bus.emit('link.first', 'a', { n: 1 }, { eventId: 'one', seal: null })
  await bus.until('function.failed', 'a')
  await bus.connection.jsm.streams.deleteMessage('EVENTS', sequence)
  const { letters } = await listDeadLetters(bus.connection)
  await assert.rejects(redriveDeadLetter(bus.connection, letters[0]!.number, soon()), /bears no seal, and its fact is gone/)
})

for (const [what, { since, letters: sequence, isSealed, isGone }] of [
  ['that bears the seal and is gone', { since: 0, letters: 0, isSealed: true, isGone: true }],
  ['of before there were seals', { since: 1, letters: 0, isSealed: false, isGone: false }],
  [
    'of before there were seals, which is gone and whose letter is of before as well,',
    { since: 1, letters: 1, isSealed: false, isGone: true },
  ],
] as const)
  test(`the dead letter of a fact ${what} is heard again when it is sent again`, async () => {
    const heard: string[] = []
    const seal = sealBy('a key', since, { ...NOTHING_BEFORE, dead: { sequence, time: Date.now() + PATIENCE_MS } })
    await using bus = await startBus(catalogue, { listen: listener(heard) }, { seal })
    const stored = await bus.emit('link.first', 'a', { n: 1 }, { eventId: 'one', seal: isSealed ? seal : null })
    await bus.until('function.failed', 'a')
    if (isGone) await bus.connection.jsm.streams.deleteMessage('EVENTS', stored)
    const { letters } = await listDeadLetters(bus.connection)
    assert.deepEqual(
      letters.map(({ subject }) => subject),
      ['link.first.a'],
    )
    await redriveDeadLetter(bus.connection, letters[0]!.number, soon())
    await until(() => heard.length > 1)
    assert.deepEqual(heard, ['link.first one', 'link.first one'])
  })
