import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDesk } from '../../support/command-line.ts'
import { startNats } from '../../support/nats.ts'
import { natsServerForTests } from '../../support/tools.ts'

test('a system whose login to the bus is revoked ends with exit code 3 and the reason, for a supervisor to start it again', async () => {
  await using nats = await startNats(natsServerForTests(), { password: 'old' })
  await using desk = await openDesk({ 'cortex.toml': '[gateway]\nenabled = false\n' })
  const up = desk.start(['up'], { NATS_URL: nats.url.replace('//', '//cortex:old@') })
  await up.line(/Cortex is up/)
  await nats.setPassword('new')
  const { code, stderr } = await up.ended
  assert.equal(code, 3, stderr)
  assert.match(stderr, /^cortex: the connection to NATS at nats:\/\/127\.0\.0\.1:\d+ is closed for good: Authorization Violation$/m)
})
