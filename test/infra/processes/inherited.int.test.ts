import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

const NUMBER = 40

test('what the starter left open is not given on, and what this process opens is', { skip: process.platform !== 'linux' }, async () => {
  const script = `import { closeInherited } from ${JSON.stringify(new URL('../../../infra/processes/inherited.ts', import.meta.url).href)}
import { spawnSync } from 'node:child_process'
const seen = () => spawnSync('readlink', ['/proc/self/fd/${NUMBER}']).stdout.toString().trim()
const before = seen()
closeInherited()
console.log(JSON.stringify([before, seen(), spawnSync('echo', ['works']).stdout.toString().trim()]))`
  await using folder = await open('/usr')
  const others = Array.from({ length: NUMBER - 3 }, () => 'ignore' as const)
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit', ...others, folder.fd],
  })
  const [said] = await Promise.all([text(child.stdout!), once(child, 'exit')])
  assert.deepEqual(JSON.parse(said), ['/usr', '', 'works'])
})
