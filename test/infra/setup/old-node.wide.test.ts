import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isAtLeast, oldest } from '../../../infra/setup/cache.mjs'
import { type Desk, openDesk, scriptedAgents } from '../../support/command-line.ts'
import { until } from '../../support/temporary.ts'

const packaged = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))
const config = `[projects.shop]\npath = "."\ndod = [["grep", "-q", "goodbye", "greeting.txt"]]\n[gateway]\nport = 0\n[nats]\nport = 0\nack_wait = "1s"\n${scriptedAgents}`
const files = { 'greeting.txt': 'hello\n', 'cortex.toml': config }

/** A Node of this machine that is too old for us, from 20 on; else why there is none. */
const oldNode = (): { node: string } | { why: string } => {
  if (!existsSync(packaged)) return { why: 'there is no Node among the packages' }
  for (const node of ['/usr/bin/node', '/usr/local/bin/node']) {
    const version = existsSync(node) ? execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1) : '0.0.0'
    if (isAtLeast(version, '20.0.0') && !isAtLeast(version, oldest.node)) return { node }
  }
  return { why: 'this machine has no Node between 20 and 24 of its own' }
}

const openOldDesk = (node: string): Promise<Desk> => openDesk(files, node)

test('under an older Node `cortex` hands over to the one among the packages, with its output and its exit codes', async (t) => {
  const old = oldNode()
  if ('why' in old) return t.skip(old.why)
  await using desk = await openOldDesk(old.node)
  const findings = (await desk.cortex(['doctor', '--json'])).stdout
  const version = execFileSync(packaged, ['--version'], { encoding: 'utf8' }).trim().slice(1)
  assert.ok(findings.includes(version), findings)
  assert.equal((await desk.cortex(['run'])).code, 2)
  assert.equal((await desk.cortex(['list'])).code, 3)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`under an older Node ${signal} to the command alone reaches the system, which stops in good order`, async (t) => {
    const old = oldNode()
    if ('why' in old) return t.skip(old.why)
    await using desk = await openOldDesk(old.node)
    const up = desk.start(['up'])
    await up.line(/Cortex is up/)
    up.child.kill(signal)
    assert.equal((await up.ended).code, 0)
    await until(() => desk.processes().length === 0)
  })
