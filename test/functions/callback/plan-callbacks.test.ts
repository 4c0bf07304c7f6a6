import assert from 'node:assert/strict'
import { test } from 'node:test'
import planCallbacks from '../../../functions/callback/plan-callbacks.ts'
import { cancelled, completed, created, drafted, escalated, fact, failed, opened, planHash, routed } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

const callbackUrl = 'https://caller.example.com/done?token=secret'
const receiver = (events?: string[]) => ({ url: 'https://ci.example.com', secret_env: 'S', ...(events ? { events } : {}) })
const told = (out: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
  services: { config: config({ gateway: { webhooks: { out, ...more } } }) },
})

test('everyone who is to be told gets a delivery of its own, the task itself too', () =>
  given(created({ callbackUrl }))
    .when(completed(), told({ ci: receiver(), chat: receiver(['task.failed']) }))
    .of(planCallbacks)
    .thenAll(
      ['callback.due', { receiver: 'ci', payload: { type: 'task.completed', data: { task_id: 'task-1', status: 'completed' } } }],
      ['callback.due', { receiver: 'task:callback' }],
    ))

test('without a receiver nothing is planned', () => given(created()).when(completed(), told()).of(planCallbacks).thenNothing())

test("a task's own callback URL hears of the events that the configuration leaves to it", () =>
  given(created({ callbackUrl }))
    .when(failed(), told({}, { callback_events: ['task.completed'] }))
    .of(planCallbacks)
    .thenNothing())

test('every kind of end says what it was, and why', async () => {
  const before = given(created({ metadata: { run: 7 } }))
  const says = (data: Record<string, string>) =>
    ['callback.due', { payload: { data: { task_id: 'task-1', priority: 5, metadata: { run: 7 }, status: 'failed', ...data } } }] as const
  const services = told({ ci: receiver() })
  await before
    .when(failed('no'), services)
    .of(planCallbacks)
    .then(...says({ phase: 'failed', reason: 'no' }))
  await before
    .when(escalated('help'), services)
    .of(planCallbacks)
    .then(...says({ phase: 'escalated', reason: 'help' }))
  await before
    .when(cancelled('ada'), services)
    .of(planCallbacks)
    .then(...says({ phase: 'cancelled', by: 'ada' }))
})

test('a plan that waits for a person is news with its hash; one that a rule approves is none', async () => {
  const ask = (gate: 'person' | 'automatic') =>
    given(created(), routed({ gate }), drafted())
      .when(opened(), told({ ci: receiver() }))
      .of(planCallbacks)
  await ask('person').then('callback.due', {
    payload: { type: 'gate.opened', data: { status: 'in_progress', phase: 'gate', plan_hash: planHash, steps: 1 } },
  })
  await ask('automatic').thenNothing()
})

test('a payload stays under 20 kB whatever the task says, and tells when something was cut', async () => {
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 }
  const outcome = {
    answer: '\u0001"é'.repeat(10_000),
    files: Array.from({ length: 3000 }, (_, index) => `src/a/long/path/of/file-${index}.ts`),
    ...{ usage, durations: {}, handoffs: 0, attempts: 1 },
  }
  const { events } = await given(created({ title: '\u0001'.repeat(500), metadata: { blob: 'x'.repeat(30_000) } }))
    .when(fact('task.completed', { outcome }), told({ ci: receiver() }))
    .of(planCallbacks)
    .outcome()
  const [due] = events
  assert.ok(due)
  const { payload } = due.data as { payload: { data: { truncated: boolean; outcome: { answer: string; files: string[] } } } }
  assert.ok(Buffer.byteLength(JSON.stringify(payload)) < 20_000)
  assert.ok(payload.data.truncated && payload.data.outcome.files.length > 50 && payload.data.outcome.answer.endsWith('…'))
})

test('the callback URL, which may hold a secret, is in none of the facts about it', async () => {
  const { events } = await given(created({ callbackUrl })).when(completed(), told()).of(planCallbacks).outcome()
  assert.equal(events.length, 1)
  assert.doesNotMatch(JSON.stringify(events), /example\.com|secret/)
})
