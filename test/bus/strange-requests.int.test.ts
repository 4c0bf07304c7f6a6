import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startServices } from '../support/services.ts'

test('a request whose faults quote a megabyte is refused in words and harms nobody', async () => {
  await using services = await startServices()
  const key = 'k'.repeat(1_048_569)
  const refused = await services.ask('cortex.task.status', `{"${key}":1}`)
  assert.equal(refused.code, 400)
  assert.ok(JSON.stringify(refused.body).length < 64_000)
  assert.equal((await services.ask('cortex.system.status', {})).code, 0)
})

test('a request nested very deep is refused or answered, and harms nobody', async () => {
  await using services = await startServices()
  const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`
  assert.notEqual((await services.ask('cortex.task.status', deep)).code, 0)
  assert.notEqual((await services.ask('cortex.task.create', `{"title":"x","metadata":{"a":${deep}}}`)).code, 0)
  assert.equal((await services.ask('cortex.system.status', {})).code, 0)
})
