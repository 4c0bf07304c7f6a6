import assert from 'node:assert/strict'
import { test } from 'node:test'
import admit from '../../../functions/intake/admit.ts'
import takeDecisions from '../../../functions/intake/take-decisions.ts'
import { withoutSecrets } from '../../../functions/intake/without-secrets.ts'
import { atTheGate, created, planHash } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { stubSecrets } from '../../support/secrets.ts'

const secret = 'call it with <hush>sk-123</hush>, please'
const masked = 'call it with [secret masked: hush], please'

test('what people write comes into no fact with a secret in it', async () => {
  const metadata = { from: { words: [secret, 'fine'] }, count: 3 }
  await given()
    .whenAsked('task.created', { id: 'task-1', title: secret, description: `first\n${secret}`, metadata })
    .of(admit)
    .then('task.created', { title: masked, description: `first\n${masked}`, metadata: { from: { words: [masked, 'fine'] }, count: 3 } })
  await given(atTheGate())
    .whenAsked('plan.questioned', { id: 'task-1', planHash, reason: secret }, { open: false })
    .of(takeDecisions)
    .then('plan.questioned', {
      reason: masked,
    })
})

test('the same creation with the same secret again is the same task', () =>
  given(created({ title: masked, project: undefined }))
    .whenAsked('task.created', { id: 'task-1', title: secret }, { conflicts: 1 })
    .of(admit)
    .then('request.repeated', {}))

test('a secret that reaches over two texts is looked for in each, and no text becomes too long', async () => {
  const parts = { title: 'begins <hush>', description: 'ends</hush>' }
  assert.deepEqual(await withoutSecrets(parts, stubSecrets), parts)
  const long = await withoutSecrets({ title: '<hush>x</hush>'.repeat(35), id: secret }, stubSecrets)
  assert.equal(long.title.length, 500)
  assert.equal(long.id, secret)
})
