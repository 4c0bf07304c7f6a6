import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeOnce } from '../../bus/decode-once.ts'
import { encode, type Stored } from '../../bus/envelope.ts'
import { chainCatalogue } from '../support/chain.ts'

const fact = { type: 'link.first', subject: 'a', source: 'first', time: '2026-01-01T10:00:00.000Z', causedBy: 'before', hops: 1 }

/** A fact at a place of the stream, and how often its body was read. */
const delivered = (n: number, place: { sequence?: number; stamp?: number; type?: string } = {}) => {
  const wire = encode(chainCatalogue, { ...fact, id: `id-${n}`, data: { n } })
  const message: Stored & { reads: number } = {
    reads: 0,
    subject: wire.subject,
    header: (name) => (name === 'ce-type' && place.type ? place.type : (wire.headers[name] ?? '')),
    body: () => {
      message.reads++
      return wire.body
    },
    sequence: place.sequence ?? 7,
    time: fact.time,
    ...('stamp' in place ? {} : { stamp: 1_767_261_600_000_000_000 }),
    ...place,
  }
  return message
}

test('what two consumers deliver is read once, and is the same fact for both', () => {
  const decode = decodeOnce(chainCatalogue, undefined)
  const [toTail, toFunction] = [delivered(1), delivered(1)]
  assert.equal(decode(toTail), decode(toFunction))
  assert.deepEqual([toTail.reads, toFunction.reads], [1, 0])
})

test('who hears a fact cannot change it for the others', () => {
  const decoded = decodeOnce(chainCatalogue, undefined)(delivered(1))
  assert.ok(decoded.kind === 'fact')
  assert.throws(() => Object.assign(decoded.fact.data, { n: 2 }), TypeError)
})

test('the same place of another store is another fact', () => {
  const decode = decodeOnce(chainCatalogue, undefined)
  decode(delivered(1))
  const other = decode(delivered(2, { stamp: 1_767_261_700_000_000_000 }))
  assert.deepEqual(other.kind === 'fact' && other.fact.data, { n: 2 })
})

test('what says not when it was stored, and what is no fact, is read by everybody', () => {
  const decode = decodeOnce(chainCatalogue, undefined)
  const unknown = delivered(1)
  delete unknown.stamp
  decode(unknown)
  decode(unknown)
  assert.equal(unknown.reads, 2)
  assert.equal(decode(delivered(3, { type: 'link.second' })).kind, 'foreign')
  assert.equal(decode(delivered(3)).kind, 'fact')
})

test('only so many are remembered', () => {
  const decode = decodeOnce(chainCatalogue, undefined)
  decode(delivered(0, { sequence: 1 }))
  for (let sequence = 2; sequence <= 1025; sequence++) decode(delivered(sequence, { sequence }))
  const [first, last] = [delivered(0, { sequence: 1 }), delivered(1025, { sequence: 1025 })]
  decode(first)
  decode(last)
  assert.deepEqual([first.reads, last.reads], [1, 0])
})
