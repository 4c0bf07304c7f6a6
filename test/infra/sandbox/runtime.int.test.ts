import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { missingPackages } from '../../../infra/setup/sandbox.mjs'
import { processesOf } from '../../support/lane-processes.ts'
import { until } from '../../support/temporary.ts'

const missing = missingPackages(process.env)
const skip = process.platform !== 'linux' ? 'Linux alone has these' : missing.length > 0 ? `${missing.join(', ')} not installed` : false

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
