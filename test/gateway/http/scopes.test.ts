import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guarded } from '../../../gateway/ask-in-process.ts'
import { scopesFor } from '../../../gateway/http/scopes.ts'

test('every endpoint has its scope, and one that is not known is for operators', () => {
  assert.deepEqual(scopesFor('task.approve'), ['approve'])
  assert.deepEqual(scopesFor('task.submit'), ['create'])
  assert.deepEqual(scopesFor('task.cancel'), ['create', 'operate'])
  assert.deepEqual(scopesFor('dead.redrive'), ['operate'])
  assert.deepEqual(scopesFor('constructor'), ['operate'])
})

test('what a scope does not open is refused before it is asked', async () => {
  const asked: string[] = []
  const ask = guarded(
    async (endpoint) => {
      asked.push(endpoint)
      return {}
    },
    (endpoint) => scopesFor(endpoint).includes('read'),
    'grafana',
  )
  await ask('task.status', {})
  await assert.rejects(ask('task.approve', {}), { code: 403, message: /the token of "grafana" lacks the scope/ })
  assert.deepEqual(asked, ['task.status'])
})
