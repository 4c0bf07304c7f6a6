import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, encode, type Outgoing, type Stored } from '../../bus/envelope.ts'
import { SEAL, sealBy } from '../../bus/seal.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { completed } from '../support/facts.ts'

const seal = sealBy('a key', 40)
const event: Outgoing = {
  id: 'event-1',
  type: 'task.completed',
  subject: 'task-1',
  source: 'finish-task',
  time: '2026-01-01T10:00:00.000Z',
  causedBy: 'event-0',
  hops: 3,
  data: completed().data,
}
interface More {
  readonly headers?: Readonly<Record<string, string>>
  readonly subject?: string
  readonly body?: (body: string) => string
  readonly sequence?: number
}
/** The message as the stream has it, with what somebody changed. */
const stored = ({ headers, subject, body = (text) => text, sequence = 42 }: More = {}): Stored => {
  const wire = encode(catalogue, event, seal)
  const all: Record<string, string> = { ...wire.headers, ...headers }
  return {
    subject: subject ?? wire.subject,
    header: (name) => all[name] ?? '',
    body: () => body(wire.body),
    sequence,
    time: '2026-01-01T10:00:01.000Z',
  }
}

test('what the system stored bears its seal', () => {
  assert.equal(seal.isOn(stored()), true)
  assert.equal(decode(catalogue, stored(), seal).kind, 'fact')
})

const changes: readonly [what: string, more: More][] = [
  ['no seal', { headers: { [SEAL]: '' } }],
  ["another key's seal", { headers: { [SEAL]: sealBy('another key', 40).of(encode(catalogue, event)) } }],
  ["another task's seal", { subject: 'task.completed.task-2', headers: { 'ce-subject': 'task-2' } }],
  ["another type's seal", { subject: 'task.failed.task-1', headers: { 'ce-type': 'task.failed' } }],
  ['another function as its source', { headers: { 'ce-source': 'admit' } }],
  ['another cause', { headers: { 'ce-causedby': 'event-9' } }],
  ['another id', { headers: { 'ce-id': 'event-9' } }],
  ['other data', { body: (text) => text.replace('cortex/task-1', 'cortex/task-2') }],
  ["a timer's mark", { headers: { 'ce-decidedat': '1' } }],
]
for (const [what, more] of changes)
  test(`a message with ${what} is not the system's own`, () => assert.equal(seal.isOn(stored(more)), false))

test('what was there before there were seals is taken as it is, and so is everything where nobody looks', () => {
  const before = stored({ headers: { [SEAL]: '' }, sequence: 40 })
  assert.equal(seal.isOn(before), true)
  assert.equal(decode(catalogue, before, seal).kind, 'fact')
  assert.equal(decode(catalogue, stored({ headers: { [SEAL]: '' } })).kind, 'fact')
})

test('a done that the system did not store is no fact', () => {
  assert.deepEqual(decode(catalogue, stored({ headers: { [SEAL]: '' } }), seal), {
    kind: 'foreign',
    why: 'it bears no seal of this system',
  })
})
