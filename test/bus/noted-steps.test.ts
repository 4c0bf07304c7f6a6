import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../bus/envelope.ts'
import { chatStep, step, withSteps } from '../../bus/next-steps.ts'
import { mapTexts, marked, noted } from '../../bus/noted-steps.ts'
import { catalogue } from '../../domain/catalogue/index.ts'

const others = 'cortex up, says the agent'
const reason = `gave up (${others}): \`${chatStep('retry task-1')}\` or ${step('dead')}`
const plain = `gave up (${others}): \`cortex retry task-1\` or cortex dead`
const outgoing = { id: 'e', subject: 'task-1', source: 'close-task', time: '2026-01-01T10:00:00.000Z', causedBy: '', hops: 1 }

test('a fact is stored as anybody may read it, and says where its steps stand', () => {
  const data = noted({ reason, faults: ['no', step('login')], n: 1 })
  assert.deepEqual(data, {
    reason: plain,
    faults: ['no', 'cortex login'],
    n: 1,
    nextSteps: {
      reason: [
        { at: 38, length: 19, inChat: true },
        { at: 62, length: 11 },
      ],
      'faults.1': [{ at: 0, length: 12 }],
    },
  })
  assert.deepEqual(marked(data as object), { reason, faults: ['no', step('login')], n: 1 })
})

test('what has no step is stored as it is, and what an older version stored is told as it is', () => {
  const data = { reason: others, when: new Date(0), bytes: new Uint8Array(2) }
  assert.equal(noted(data), data)
  assert.deepEqual(marked({ reason: plain }), { reason: plain })
})

test('a fact whose kind has no place for steps is stored without any mark', () => {
  const { body, data } = encode(catalogue, { ...outgoing, type: 'notification.sent', data: { about: 'x', channels: ['log'], reason } })
  assert.deepEqual(JSON.parse(body), { about: 'x', channels: ['log'], reason: plain })
  assert.deepEqual(data, JSON.parse(body))
  const failed = encode(catalogue, { ...outgoing, type: 'task.failed', data: { reason, class: 'x' } })
  assert.ok(!/[\uFDD0-\uFDEF]/.test(failed.body + JSON.stringify(failed.headers)))
  const told = withSteps(marked(JSON.parse(failed.body)).reason, (said) => `HERE ${said}`)
  assert.equal(told, `gave up (${others}): \`HERE cortex retry task-1\` or HERE cortex dead`)
})

test('texts are changed in any depth, everything else is left as it is', () => {
  const at = new Date(0)
  const paths: string[] = []
  const change = (text: string, path: string): string => {
    paths.push(path)
    return text.toUpperCase()
  }
  assert.deepEqual(mapTexts({ a: 'x', b: [{ c: 'y' }, 1, null, at] }, change), { a: 'X', b: [{ c: 'Y' }, 1, null, at] })
  assert.deepEqual(paths, ['a', 'b.0.c'])
})
