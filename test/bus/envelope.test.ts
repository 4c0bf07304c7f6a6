import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { type Catalogue, defineEvent } from '../../bus/define-event.ts'
import { decode, encode, eventId, type Outgoing, type Stored } from '../../bus/envelope.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { atTheGate, cancelled, completed, escalated, passed, planning, retried, reviewing, scanned, verified } from '../support/facts.ts'
import { factsOf, parsed } from '../support/stories.ts'

const outgoing: Outgoing = {
  id: 'event-1',
  type: 'task.blocked',
  subject: 'task-1',
  source: 'route-task',
  time: '2026-01-01T10:00:00.000Z',
  causedBy: 'event-0',
  hops: 3,
  data: { waitingFor: ['task-0'] },
}
const stored = (
  event: Outgoing = outgoing,
  more: { subject?: string; headers?: Record<string, string>; body?: string } = {},
  known: Catalogue = catalogue,
): Stored => {
  const wire = encode(known, event)
  const headers: Record<string, string> = { ...wire.headers, ...more.headers }
  return {
    subject: more.subject ?? wire.subject,
    header: (name) => headers[name] ?? '',
    body: () => more.body ?? wire.body,
    sequence: 42,
    time: '2026-01-01T10:00:01.000Z',
  }
}

test('what is written is what is read', () => {
  const { data, ...rest } = outgoing
  assert.deepEqual(decode(catalogue, stored()), { kind: 'fact', fact: { ...rest, data, sequence: 42 } })
})

test('a fact travels as a CloudEvent: plain JSON with headers', () => {
  const { subject, headers, body } = encode(catalogue, { ...outgoing, traceparent: '00-1-2-01' })
  assert.deepEqual([subject, body], ['task.blocked.task-1', '{"waitingFor":["task-0"]}'])
  assert.deepEqual(headers, {
    'ce-specversion': '1.0',
    'ce-id': 'event-1',
    'ce-type': 'task.blocked',
    'ce-source': 'route-task',
    'ce-subject': 'task-1',
    'ce-time': '2026-01-01T10:00:00.000Z',
    'ce-causedby': 'event-0',
    'ce-hops': '3',
    'ce-dataversion': '1',
    traceparent: '00-1-2-01',
  })
})

test('nothing is written that the catalogue does not know, or not so, or under no valid id', () => {
  assert.throws(() => encode(catalogue, { ...outgoing, type: 'task.dreamed' }), /not in the catalogue/)
  assert.throws(() => encode(catalogue, { ...outgoing, data: { waitingFor: 'task-0' } }), { name: 'ZodError' })
  assert.throws(() => encode(catalogue, { ...outgoing, subject: 'a.b' }), /no valid id/)
})

test('unknown keys are tolerated on reading and not written on', () => {
  const decoded = decode(catalogue, stored(outgoing, { body: '{"waitingFor":[],"colour":"red"}' }))
  assert.deepEqual(decoded.kind === 'fact' && decoded.fact.data, { waitingFor: [] })
})

const forgeries: readonly [what: string, more: Parameters<typeof stored>[1]][] = [
  ['a message whose type is not its subject', { subject: 'plan.approved.task-1' }],
  ['a message whose id is not its subject', { subject: 'task.blocked.task-2' }],
  ['a subject of four tokens', { subject: 'task.blocked.task-1.x' }],
  ['a subject of two tokens', { subject: 'task.blocked' }],
  ['a message without CloudEvents headers', { headers: { 'ce-specversion': '' } }],
  ['a message without an id of its own', { headers: { 'ce-id': '' } }],
  ['the server’s answer to a read, by its stream', { headers: { 'Nats-Stream': 'EVENTS' } }],
  ['the server’s answer to a read, by its sequence', { headers: { 'Nats-Sequence': '7' } }],
]
for (const [what, more] of forgeries)
  test(`${what} is no fact`, () => assert.equal(decode(catalogue, stored(outgoing, more)).kind, 'foreign'))

test('what says it is a fact and cannot be read is broken, with the reason', () => {
  const why = (more: Parameters<typeof stored>[1]): string => {
    const decoded = decode(catalogue, stored(outgoing, more))
    return decoded.kind === 'broken' ? decoded.why : decoded.kind
  }
  assert.match(why({ body: '{' }), /^task\.blocked: .*JSON/)
  assert.match(why({ body: '{"waitingFor":["a b"]}' }), /waitingFor\.0/)
})

test('a fact of a newer program waits for the upgrade', () =>
  assert.deepEqual(decode(catalogue, stored(outgoing, { headers: { 'ce-dataversion': '2' } })), {
    kind: 'newer',
    why: 'task.blocked has version 2, this program knows 1',
  }))

test('a fact whose type we do not know is of a newer program too', () =>
  assert.deepEqual(decode(catalogue, stored(outgoing, { subject: 'task.dreamed.task-1', headers: { 'ce-type': 'task.dreamed' } })), {
    kind: 'newer',
    why: 'this program knows no event "task.dreamed"',
  }))

test('a fact of an older program is brought up to date step by step', () => {
  const third = {
    'thing.seen': defineEvent({
      summary: 'seen',
      v: 3,
      data: z.object({ n: z.number(), steps: z.array(z.string()) }),
      upcast: {
        1: (old) => ({ ...z.object({ n: z.number() }).parse(old), steps: ['1'] }),
        2: (old) => ({ ...z.object({ n: z.number(), steps: z.array(z.string()) }).parse(old), n: 9 }),
      },
    }),
  }
  const seen: Outgoing = { ...outgoing, type: 'thing.seen', data: { n: 1, steps: [] } }
  const decoded = decode(third, stored(seen, { headers: { 'ce-dataversion': '1' }, body: '{"n":1}' }, third))
  assert.deepEqual(decoded.kind === 'fact' && decoded.fact.data, { n: 9, steps: ['1'] })
})

test('a version that nothing leads on from is broken', () => {
  const second = { 'thing.seen': defineEvent({ summary: 'seen', v: 2, data: z.object({ n: z.number() }) }) }
  const decoded = decode(
    second,
    stored({ ...outgoing, type: 'thing.seen', data: { n: 1 } }, { headers: { 'ce-dataversion': '1' } }, second),
  )
  assert.match(decoded.kind === 'broken' ? decoded.why : '', /no upcast from version 1/)
})

test('a fact without a time of its own has the stream’s', () => {
  const decoded = decode(catalogue, stored(outgoing, { headers: { 'ce-time': '' } }))
  assert.equal(decoded.kind === 'fact' && decoded.fact.time, '2026-01-01T10:00:01.000Z')
})

test('the same decision has the same id for ever, another one another', () => {
  assert.equal(eventId('event-1', 'route-task', 0), eventId('event-1', 'route-task', 0))
  assert.match(eventId('event-1', 'route-task', 0), /^[\w-]{22}$/)
  const ids = [
    eventId('a', 'b', 0),
    eventId('a', 'b', 1),
    eventId('a', 'b', 'r0'),
    eventId('a', 'c', 0),
    eventId('b', 'b', 0),
    eventId('ab', '', 0),
  ]
  assert.equal(new Set(ids).size, ids.length)
})

test('every event of the catalogue has a schema that changes nothing it has parsed', () => {
  for (const facts of [
    planning(),
    atTheGate(),
    reviewing(),
    [passed(), scanned(), verified(), completed(), escalated(), cancelled(), retried()],
  ])
    for (const { type, data } of factsOf(facts)) assert.deepEqual(parsed(type, data), data, type)
})
