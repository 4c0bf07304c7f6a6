import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as afterThisTurn } from 'node:timers/promises'
import type { AskContext } from '../../../browser-worker/job/ask-context.ts'
import { heardBy } from '../../../browser-worker/job/turn-hooks.ts'
import { fact, requested } from '../../support/facts.ts'
import { blobOf } from '../../support/memory-blobs.ts'
import { stubSecrets } from '../../support/secrets.ts'
import { factsOf, parsed } from '../../support/stories.ts'

const ground = { older: ['https://chat/c/1'], listSeen: true, baseline: 2, turnIds: ['t0', 't1'] }
const SENT_AT = '2026-01-01T12:00:00.000Z'

/** The hooks of a turn of job "job-1", and what they recorded and told live. */
const hear = (sequence = 7) => {
  const [records, lines]: [unknown[], string[]] = [[], []]
  const [event] = factsOf([fact('browser.asked', { ...requested().data, job: 'job-1', lane: 'browser' })])
  const { signal } = new AbortController()
  let clock = Date.parse(SENT_AT)
  const context: Partial<Omit<AskContext, 'services'>> & { services: Partial<AskContext['services']> } = {
    event: event as AskContext['event'],
    now: () => new Date(clock++),
    live: (stream, line) => void lines.push(`${stream}: ${line}`),
    record: async (type, data, to) => void records.push([type, parsed(type, data), to]),
    signal,
    services: { secrets: stubSecrets },
  }
  // The hooks use no more of it than what is here.
  const hooks = heardBy(context as AskContext, sequence, { conversation: { kind: 'temporary' }, deadlineMs: 1000 })
  return { hooks, records, lines, signal }
}

test('the beginning of the send is a fact of the job, only if nothing happened to the job since it was read', async () => {
  const { hooks, records } = hear(7)
  await hooks.sending(ground)
  const data = {
    promptHash: blobOf('plan this').sha256,
    conversation: { kind: 'temporary' },
    sentAt: SENT_AT,
    ...ground,
  }
  assert.deepEqual(records, [['turn.sending', data, { id: 'job-1', guard: { filter: '*.*.job-1', sequence: 7 } }]])
})

test('of the conversations and turns that were there before, only the newest are kept', async () => {
  const { hooks, records } = hear()
  const many = (name: string) => Array.from({ length: 500 }, (_, index) => `${name}${index}`)
  await hooks.sending({ ...ground, older: many('https://chat.test/c/'), turnIds: many('t') })
  const [[, { older, turnIds }]] = records as [[string, { older: string[]; turnIds: string[] }]]
  assert.deepEqual([older.length, older[0]], [60, 'https://chat.test/c/0'])
  assert.deepEqual([turnIds.length, turnIds.at(-1)], [60, 't499'])
})

test('the model that was chosen is known to whoever finds the turn again', async () => {
  const { hooks, records } = hear()
  const chosen = { wanted: 'pro', name: 'Pro', id: 'model-pro' }
  await hooks.sending({ ...ground, chosen })
  const [[, data]] = records as [[string, { chosen: unknown }]]
  assert.deepEqual(data.chosen, chosen)
})

test('a refusal names its send, so that the same refusal of the next one is another fact', async () => {
  const { hooks, records } = hear()
  for (let tries = 0; tries < 2; tries++) {
    await hooks.sending(ground)
    await hooks.refused('LANE_UNAVAILABLE', 'too many requests')
  }
  const refusals = records.filter((_, index) => index % 2 === 1)
  assert.deepEqual(refusals[0], [
    'turn.refused',
    { code: 'LANE_UNAVAILABLE', reason: 'too many requests', sentAt: SENT_AT },
    { id: 'job-1' },
  ])
  assert.notDeepEqual(refusals[1], refusals[0])
})

test('the place of a sent prompt is a fact of the job', async () => {
  const { hooks, records } = hear()
  await hooks.sent({ baseline: 2, turnId: 't1' })
  await hooks.sent({ baseline: 2, turnId: 't1', url: 'https://chat.test/c/1' })
  assert.deepEqual(records, [
    ['turn.sent', { baseline: 2, turnId: 't1' }, { id: 'job-1' }],
    ['turn.sent', { baseline: 2, turnId: 't1', url: 'https://chat.test/c/1' }, { id: 'job-1' }],
  ])
})

test('what is being written and thought is told live, without secrets, and is no fact', async () => {
  const { hooks, records, lines } = hear()
  hooks.partial('one')
  hooks.partial('one <hush>two</hush>')
  hooks.thinking('x'.repeat(300))
  await afterThisTurn()
  assert.deepEqual(lines, [
    `thinking: ${'x'.repeat(200)}`,
    'partial: {"at":0,"text":"one"}',
    'partial: {"at":3,"text":" [secret masked: hush]"}',
  ])
  assert.deepEqual(records, [])
})

test('a turn ends with its function, and has the time it was given', () => {
  const { hooks, signal } = hear()
  assert.deepEqual([hooks.signal, hooks.deadlineMs], [signal, 1000])
})
