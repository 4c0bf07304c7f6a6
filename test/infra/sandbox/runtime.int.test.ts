import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { holdRuntime } from '../../../infra/sandbox/runtime.ts'
import { missingPackages } from '../../../infra/setup/sandbox.mjs'
import { processesOf } from '../../support/lane-processes.ts'
import { until } from '../../support/temporary.ts'

const missing = missingPackages(process.env)
const skip = process.platform !== 'linux' ? 'Linux alone has these' : missing.length > 0 ? `${missing.join(', ')} not installed` : false

test('while it begins, and afterwards, the library hears of no signal: it would give up, and we would live on without a sandbox', {
  skip,
}, async () => {
  const listeners = () => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')
  const before = listeners()
  let most = 0
  const look = (): void => {
    most = Math.max(most, listeners())
    if (!hasBegun) setImmediate(look)
  }
  let hasBegun = false
  setImmediate(look)
  await using _ = await holdRuntime()
  hasBegun = true
  assert.equal(Math.max(most, listeners()), before)
})

test('what the sandbox runs beside us is gone when we are killed', { skip }, async () => {
  const holder = spawn(process.execPath, [fileURLToPath(new URL('./hold-sandbox.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [said] = await once(holder.stdout, 'data')
  const socket = String(said).trim()
  assert.match(socket, /^\//)
  await until(() => processesOf(socket).length > 0)
  holder.kill('SIGKILL')
  await until(() => processesOf(socket).length === 0)
})
