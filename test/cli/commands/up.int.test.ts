import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { openDesk } from '../../support/command-line.ts'
import { freePort, startNats } from '../../support/nats.ts'
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

test('a port that another program has is told beside the one that the bus took instead', async () => {
  const port = await freePort()
  await using other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  await using desk = await openDesk({ 'cortex.toml': '[gateway]\nenabled = false\n' })
  const up = desk.start(['up', '--bus-port', String(port)])
  await up.line(new RegExp(`note +another program has port ${port}, which was asked for`))
  await up.line(/Try: /)
  up.child.kill('SIGINT')
  assert.equal((await up.ended).code, 0)
})
