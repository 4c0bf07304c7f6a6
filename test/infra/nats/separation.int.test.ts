import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNatsServer } from '../../../infra/nats/nats-server.ts'
import { separationOf } from '../../../infra/nats/separation.ts'
import { startNats } from '../../support/nats.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { natsServerForTests } from '../../support/tools.ts'

test('a server that lets everybody into the same account does not separate', async () => {
  await using nats = await startNats(natsServerForTests())
  assert.equal(await separationOf(nats.url), 'shared')
})

test('a server with one password for everything lets nobody in without it', async () => {
  await using nats = await startNats(natsServerForTests(), { password: 'word' })
  assert.equal(await separationOf(nats.url.replace('://', '://cortex:word@')), 'closed')
  await assert.rejects(separationOf(nats.url.replace('://', '://cortex:wrong@')), /authorization/i)
})

test('the embedded server gives those without a login an account of their own', async () => {
  await using folder = await temporaryFolder()
  await using nats = await startNatsServer({ dataDir: folder.path, port: 0, sync: 'fast', binary: natsServerForTests() })
  const { user, password } = nats.logins.cortex
  assert.equal(await separationOf(nats.url.replace('://', `://${user}:${password}@`)), 'separate')
})
