import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { createAgents } from '../../../infra/agents/agents.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { openSandbox } from '../../../infra/sandbox/sandbox.ts'
import { noSecrets } from '../../support/secrets.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const KEY = 'the-real-key-of-a-model'

/** Writes down all it can see, then asks its server by the way it is told, and by every other. */
const spy = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
const read = (file) => { try { return readFileSync(file, 'utf8') } catch { return '' } }
const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))
const seen = processes.flatMap((pid) => ['environ', 'cmdline'].map((name) => read('/proc/' + pid + '/' + name)))
const home = readdirSync(process.env.HOME, { recursive: true }).map((name) => read(path.join(process.env.HOME, name)))
const ask = async (base, key) => {
  const answer = await fetch(base + '/v1/messages', { method: 'POST', body: 'hello', headers: { 'x-api-key': key } }).catch(() => null)
  return answer && answer.status + ' ' + (await answer.text())
}
const { ANTHROPIC_BASE_URL: base, ANTHROPIC_API_KEY: key } = process.env
const answers = { here: await ask(base, key), direct: await ask(process.env.THE_SERVER, key), another: await ask(base, 'sk-of-another') }
writeFileSync('seen.json', JSON.stringify({ env: process.env, seen, home, answers }))
console.log('done')
`

/** A server that knows the key, and an agent that spies in the sandbox as \`claude\`. */
async function given(t: TestContext, agent: (host: string) => object = () => ({}), network = 'none') {
  const folder = await temporaryFolder()
  const at = (name: string) => path.join(folder.path, name)
  const shown: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    shown.push(String(headers['x-api-key']))
    response.writeHead(headers['x-api-key'] === KEY ? 200 : 401).end('the model')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const url = `http://127.0.0.1:${address.port}`
  await writeFile(at('spy.mjs'), spy)
  await writeFile(at('.credentials.json'), JSON.stringify({ token: 'a-login-of-the-person-1' }))
  const {
    agents,
    projects,
    sandbox: settings,
  } = ConfigSchema.parse({
    projects: { shop: { path: 'shop', network } },
    agents: {
      claude: {
        preset: 'claude',
        command: [process.execPath, at('spy.mjs')],
        output: 'text',
        set_env: { THE_SERVER: url, NODE_USE_ENV_PROXY: '1' },
        ...agent(new URL(url).host),
      },
    },
  })
  const sandbox = await openSandbox({ settings, env: process.env, closed: [] })
  t.after(async () => {
    await sandbox[Symbol.asyncDispose]()
    server.closeAllConnections()
    server.close()
    await folder[Symbol.asyncDispose]()
  })
  if (sandbox.missing) return t.skip(sandbox.missing)
  const env = { PATH: process.env['PATH'], CLAUDE_CONFIG_DIR: folder.path, ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: url }
  const patience = { sameAction: 20, silenceMs: 60_000 }
  const service = createAgents({ agents, projects, patience, sandbox, secrets: noSecrets(), dataDir: at('data'), env })
  const more = { agent: 'claude', role: 'implement', project: 'shop', prompt: '', timeoutMs: 60_000 } as const
  const result = await service.run({ ...more, key: 'run', cwd: folder.path, signal: new AbortController().signal })
  assert.ok(result.ok, JSON.stringify(result))
  return { shown, written: await readFile(at('seen.json'), 'utf8') }
}

for (const network of ['none', 'open'])
  test(`a run holds a stand-in, and its model is asked with the key, where the project's network is ${network}`, async (t) => {
    const ran = await given(t, undefined, network)
    if (!ran) return
    const { shown, written } = ran
    const { env, answers } = JSON.parse(written)
    assert.equal(written.includes(KEY), false, 'neither variables nor processes nor files show the key')
    assert.equal(written.includes('a-login-of-the-person-1'), false, 'nor the login, which it does not need')
    assert.match(env.ANTHROPIC_API_KEY, /^cortex-stand-in-\S{32}$/)
    assert.equal(answers.here, '200 the model')
    assert.match(answers.another, /^401 .*cortex_key_proxy/)
    assert.doesNotMatch(String(answers.direct), /the model/, 'its server itself is not within reach')
    assert.deepEqual(shown, [KEY])
  })

test('where the operator lets a run reach the server itself, the stand-in is worth nothing there', async (t) => {
  const ran = await given(t, (host) => ({ hosts: [host] }))
  if (!ran) return
  const { shown, written } = ran
  const { env, answers } = JSON.parse(written)
  assert.deepEqual([answers.here, answers.direct], ['200 the model', '401 the model'])
  assert.deepEqual(shown, [KEY, env.ANTHROPIC_API_KEY])
})

test('with mask_keys = "none" a run holds its key, as it does where Cortex knows no other way', async (t) => {
  const ran = await given(t, () => ({ mask_keys: 'none' }))
  if (!ran) return
  const { written } = ran
  const { env, answers } = JSON.parse(written)
  assert.deepEqual([env.ANTHROPIC_API_KEY, answers.here], [KEY, '200 the model'])
})
