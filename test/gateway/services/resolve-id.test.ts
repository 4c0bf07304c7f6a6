import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveId } from '../../../gateway/services/resolve-id.ts'

const known = ['task-abc', 'task-abd', 'task-ab', 'nightly', 'nightly']

test('a whole id is itself, even when others begin with it', () => {
  assert.deepEqual(resolveId('task-ab', known), { kind: 'one', id: 'task-ab' })
})
test('a beginning that means one id is enough, with or without "task-"', () => {
  assert.deepEqual(resolveId('night', known), { kind: 'one', id: 'nightly' })
  assert.deepEqual(resolveId('abc', known), { kind: 'one', id: 'task-abc' })
})
test('a beginning of several ids names them', () => {
  assert.deepEqual(resolveId('task-a', known), { kind: 'many', ids: ['task-ab', 'task-abc', 'task-abd'] })
})
test('nothing that begins so is nothing', () => {
  assert.deepEqual(resolveId('bc', known), { kind: 'none' })
})
