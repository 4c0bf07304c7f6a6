import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { test } from 'node:test'
import { createAgents } from '../../../infra/agents/agents.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { openSandbox } from '../../../infra/sandbox/sandbox.ts'
import { noSecrets } from '../../support/secrets.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'

const KEY = `the-real-key-of-a-model-${process.pid}`

/** Gives its key away, asks its model with the key that its prompt tells, or with its own, and waits to be let go. */
const traitor = `
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
const { ANTHROPIC_BASE_URL: base, ANTHROPIC_API_KEY: own } = process.env
const key = readFileSync(0, 'utf8') || own
const answer = await fetch(base + '/v1/messages', { method: 'POST', headers: { 'x-api-key': key } })
writeFileSync('told.part', JSON.stringify({ own, status: answer.status }))
renameSync('told.part', 'told')
while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20))
console.log('done')
`

/** What the command lines and variables of all processes of the machine show. */
const shownByProcesses = (): string =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => ['environ', 'cmdline'].map((name) => `/proc/${pid}/${name}`))
    .map((file) => {
      try {
        return readFileSync(file, 'utf8')
      } catch {
        return '' // ended meanwhile, or not ours to read
      }
    })
    .join('\n')

test('an agent that prints its key has nothing: what it holds is worth nothing outside, nor to another run afterwards', async (t) => {
  await using folder = await temporaryFolder()
  const at = (...names: string[]) => path.join(folder.path, ...names)
  const shown: string[] = []
  const server = createServer(({ headers }, response) => {
    shown.push(String(headers['x-api-key']))
    response.writeHead(headers['x-api-key'] === KEY ? 200 : 401).end()
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const url = `http://127.0.0.1:${address.port}`
  await writeFile(at('traitor.mjs'), traitor)
  const { agents, sandbox: settings } = ConfigSchema.parse({
    agents: {
      claude: { preset: 'claude', command: [process.execPath, at('traitor.mjs')], output: 'text', set_env: { NODE_USE_ENV_PROXY: '1' } },
    },
  })
  await using sandbox = await openSandbox({ settings, env: process.env, closed: [] })
  if (sandbox.missing) return t.skip(sandbox.missing)
  const service = createAgents({
    ...{ agents, projects: {}, sandbox, dataDir: at('data'), secrets: noSecrets() },
    patience: { sameAction: 20, silenceMs: 60_000 },
    env: { PATH: process.env['PATH'], ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: url },
  })
  const betray = async (key: string, prompt: string, meanwhile: (own: string) => Promise<void>) => {
    await mkdir(at(key))
    const run = { agent: 'claude', role: 'implement', prompt, cwd: at(key), key, timeoutMs: 60_000 } as const
    const running = service.run({ ...run, signal: new AbortController().signal })
    const told = async (): Promise<string> => readFile(at(key, 'told'), 'utf8').catch(() => '')
    await Promise.race([running, until(async () => (await told()) !== '')])
    const { own, status } = JSON.parse((await told()) || JSON.stringify(await running))
    try {
      await meanwhile(own)
    } finally {
      await writeFile(at(key, 'go'), '')
      assert.equal((await running).ok, true)
    }
    return { own, status }
  }

  const first = await betray('first', '', async (own) => {
    assert.equal(shownByProcesses().includes(KEY), false, 'no process of the machine was given the key')
    assert.equal((await fetch(url, { headers: { 'x-api-key': own } })).status, 401, 'outside it is no key')
  })
  assert.equal(first.status, 200)
  const second = await betray('second', first.own, async () => undefined)
  assert.equal(second.status, 401)
  assert.notEqual(second.own, first.own)
  assert.deepEqual(shown, [KEY, first.own], 'of the second run nothing came to the model')
})
