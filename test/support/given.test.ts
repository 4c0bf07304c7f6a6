import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyFunction } from '../../bus/define-function.ts'
import { defineFunction } from '../../functions/define-function.ts'
import { created, routed } from './facts.ts'
import { given } from './given.ts'

const common = { on: ['task.created'], timeout: '30s', retry: { attempts: 1, backoff: ['1s'] } } as const
const saysNo = defineFunction({
  ...common,
  emits: ['task.failed'],
  handler: ({ say }) => [say('task.failed', { reason: 'no', class: 'test' })],
})
const returning = (...events: { type: string; data: unknown }[]): AnyFunction => ({
  ...common,
  emits: ['task.failed'],
  handler: () => events,
})
const run = (fn: AnyFunction) => given().when(created()).of(fn)

test('a test of a rule fails when something else happens than it says', async () => {
  await run(saysNo).then('task.failed', { reason: /^n/ })
  await assert.rejects(run(saysNo).then('task.failed', { reason: 'yes' }), /yes/)
  await assert.rejects(run(saysNo).then('task.escalated'), /expected task\.escalated; seen: task\.failed/)
  await assert.rejects(run(saysNo).thenNothing(), /expected nothing; seen: task\.failed/)
  await assert.rejects(run(saysNo).thenAll(['task.failed'], ['task.failed']), /seen: task\.failed/)
  await assert.rejects(run(saysNo).thenEnded(), /Missing expected rejection/)
})

test('an event that is not declared, unknown, too large or not as its schema says fails the test', async () => {
  const failure = { reason: 'no', class: 'x' }
  await assert.rejects(
    run(returning({ type: 'task.escalated', data: failure })).outcome(),
    /may not emit task\.escalated: it declares task\.failed/,
  )
  await assert.rejects(run(returning({ type: 'task.failed', data: {} })).outcome(), /the catalogue refuses: reason: .*; class: /)
  await assert.rejects(
    run(returning({ type: 'task.failed', data: { ...failure, reason: 'x'.repeat(70_000) } })).outcome(),
    /belong in a blob/,
  )
})

test('a function is only woken by what it listens to', () =>
  assert.rejects(given(created()).when(routed()).of(saysNo).outcome(), /does not listen to task\.routed, but to task\.created/))

test('a service that the test does not name throws in words', async () => {
  const reaches = defineFunction({
    ...common,
    emits: [],
    handler: ({ services }) => {
      services.chat.has('slack')
      return []
    },
  })
  await run(reaches).thenThrows(/the function uses services\.chat, which the test does not name/)
  await given()
    .when(created(), { services: { chat: {} } })
    .of(reaches)
    .thenThrows(/services\.chat\.has, which the test does not name/)
})

test('a test that says nothing after "of" fails instead of passing', () =>
  assert.rejects(new Promise((resolve) => resolve(run(saysNo))), /say what is expected of task\.created/))
