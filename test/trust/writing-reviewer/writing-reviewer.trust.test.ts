import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { createAgents } from '../../../infra/agents/agents.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { openSandbox } from '../../../infra/sandbox/sandbox.ts'
import { httpServer } from '../../support/http-server.ts'
import { noSecrets } from '../../support/secrets.ts'
import { temporaryFolder } from '../../support/temporary.ts'

/** Tries all that a reviewer must not, and says what it could do. */
const script = `
import { readFileSync, writeFileSync } from 'node:fs'
const could = []
const attempt = async (name, work) => { try { await work(); could.push(name) } catch {} }
await attempt('read', () => readFileSync('code.js'))
await attempt('write', () => writeFileSync('code.js', 'evil'))
await attempt('add', () => writeFileSync('evil.js', 'evil'))
await attempt('network', () => fetch(process.env.PROJECT_SERVER, { signal: AbortSignal.timeout(3000) }))
console.log(JSON.stringify({ result: could.join(' ') }))
`

test('a reviewer reads its worktree, writes nothing in it, and reaches no network, whatever the project may', async (t) => {
  await using folder = await temporaryFolder()
  const at = (name: string) => path.join(folder.path, name)
  await mkdir(at('worktree'))
  await writeFile(at('worktree/code.js'), 'good')
  await writeFile(at('agent.mjs'), script)
  await using server = await httpServer((_request, response) => response.end('here'))
  await using sandbox = await openSandbox({ settings: ConfigSchema.parse({}).sandbox, env: process.env, closed: [] })
  if (sandbox.missing) return t.skip(sandbox.missing)
  const command = [process.execPath, at('agent.mjs')]
  const { agents, projects } = ConfigSchema.parse({
    agents: { me: { command, read_command: command, output: 'json', set_env: { PROJECT_SERVER: server.url } } },
    projects: { shop: { path: at('worktree'), network: 'open' } },
  })
  const patience = { sameAction: 20, silenceMs: 30_000 }
  const service = createAgents({ agents, projects, sandbox, patience, secrets: noSecrets(), dataDir: at('data'), env: process.env })
  const run = (role: 'review' | 'plan' | 'implement') =>
    service.run({
      ...{ agent: 'me', role, project: 'shop', prompt: 'look', cwd: at('worktree'), key: role },
      ...{ timeoutMs: 30_000, signal: AbortSignal.timeout(40_000) },
    })
  for (const role of ['review', 'plan'] as const) assert.equal((await run(role)).text, 'read')
  assert.equal(existsSync(at('worktree/evil.js')), false)
  assert.match((await run('implement')).text, /^read write add/)
})
