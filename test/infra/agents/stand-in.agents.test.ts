import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { createAgents } from '../../../infra/agents/agents.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'
import { openSandbox } from '../../../infra/sandbox/sandbox.ts'
import { makeCertificate, unlessCertificates } from '../../support/certificate.ts'
import { programs, unlessInstalled } from '../../support/real-agents.ts'
import { startScriptedAnthropic } from '../../support/scripted-anthropic.ts'
import type { Script } from '../../support/scripted-model.ts'
import { startScriptedOpenAI } from '../../support/scripted-openai.ts'
import { noSecrets } from '../../support/secrets.ts'
import { makeRepository, temporaryFolder } from '../../support/temporary.ts'

/** Prints the variables of every process that it sees. */
const look = `
import { readdirSync, readFileSync } from 'node:fs'
for (const pid of readdirSync('/proc')) try { console.log(readFileSync('/proc/' + pid + '/environ', 'utf8')) } catch {}
`
const scripts: Script[] = [
  { when: '[[look]]', turns: [{ run: 'node look.mjs' }, { say: 'Looked.' }] },
  { when: '[[unauthorised]]', turns: [{ refuse: 401, message: 'no such key' }] },
]
const keyOf = { anthropic: 'a-real-anthropic-key', token: 'a-real-anthropic-token', openai: 'a-real-openai-key' }

/** The presets as they are, in the sandbox, with a person's keys and addresses in variables alone. */
async function given(t: TestContext, keys: Record<string, string>) {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  const worktree = path.join(folder.path, 'worktree')
  await makeRepository(worktree, { 'look.mjs': look })
  const models = { claude: stack.use(await startScriptedAnthropic(scripts)), codex: stack.use(await startScriptedOpenAI(scripts)) }
  const { agents, sandbox: settings } = ConfigSchema.parse({
    agents: { claude: { preset: 'claude', set_env: { CLAUDE_CODE_MAX_RETRIES: '1' } }, codex: { preset: 'codex', model: 'gpt-5.5' } },
  })
  const sandbox = stack.use(await openSandbox({ settings, env: process.env, closed: [] }))
  if (sandbox.missing) t.skip(sandbox.missing)
  const addresses = { ANTHROPIC_BASE_URL: models.claude.url, OPENAI_BASE_URL: `${models.codex.url}/v1` }
  const service = createAgents({
    ...{ agents, projects: {}, sandbox, programs, dataDir: path.join(folder.path, 'data'), secrets: noSecrets() },
    patience: { sameAction: 20, silenceMs: 60_000 },
    env: { PATH: process.env['PATH'], HOME: folder.path, ...addresses, ...keys },
  })
  const run = (agent: 'claude' | 'codex', prompt: string) =>
    service.run({ agent, role: 'implement', prompt, cwd: worktree, key: agent, timeoutMs: 60_000, signal: new AbortController().signal })
  const all = stack.move()
  return { run, models, isHere: sandbox.missing === null, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

for (const [name, keys, shown] of [
  ['claude', { ANTHROPIC_API_KEY: keyOf.anthropic }, { 'x-api-key': keyOf.anthropic }],
  ['claude', { ANTHROPIC_AUTH_TOKEN: keyOf.token }, { authorization: `Bearer ${keyOf.token}` }],
  ['claude', { CLAUDE_CODE_OAUTH_TOKEN: keyOf.token }, { authorization: `Bearer ${keyOf.token}` }],
  ['codex', { OPENAI_API_KEY: keyOf.openai }, { authorization: `Bearer ${keyOf.openai}` }],
  ['codex', { CODEX_API_KEY: keyOf.openai }, { authorization: `Bearer ${keyOf.openai}` }],
] as const)
  test(`${name} works with a stand-in for ${Object.keys(keys)}, and its model is asked with the key`, {
    skip: unlessInstalled(name),
  }, async (t) => {
    await using setting = await given(t, keys)
    if (!setting.isHere) return
    const result = await setting.run(name, 'Look around [[look]]')
    assert.ok(result.ok, JSON.stringify(result))
    const { requests, headers } = setting.models[name]
    assert.equal(requests.length, 2)
    for (const sent of headers) assert.deepEqual({ ...sent, ...shown }, sent)
    const seen = requests.join('\n')
    assert.match(seen, /PATH=/, 'it saw variables')
    assert.equal(
      Object.values(keyOf).some((key) => seen.includes(key)),
      false,
    )
  })

test('codex with a stand-in hears what its server says to the key', { skip: unlessInstalled('codex') }, async (t) => {
  await using setting = await given(t, { OPENAI_API_KEY: keyOf.openai })
  if (!setting.isHere) return
  const refused = await setting.run('codex', 'Ask [[unauthorised]]')
  assert.ok(!refused.ok)
  assert.equal(refused.class, 'permanent', refused.reason)
  assert.match(refused.reason, /401.*no such key/)
})

for (const name of ['claude', 'codex'] as const)
  test(`${name} gives up where the certificate of its server is not trusted, and says what to do`, {
    skip: unlessInstalled(name) || unlessCertificates,
  }, async (t) => {
    await using folder = await temporaryFolder()
    const { key, cert } = makeCertificate(folder.path, 'server')
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_incoming, response) => response.end())
    t.after(() => server.close())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    assert.ok(typeof address === 'object' && address)
    const url = `https://127.0.0.1:${address.port}`
    const keys = { ANTHROPIC_API_KEY: keyOf.anthropic, CODEX_API_KEY: keyOf.openai }
    await using setting = await given(t, { ...keys, ANTHROPIC_BASE_URL: url, OPENAI_BASE_URL: `${url}/v1` })
    if (!setting.isHere) return
    const failed = await setting.run(name, 'Ask')
    assert.ok(!failed.ok)
    assert.equal(failed.class, 'permanent', failed.reason)
    assert.match(failed.reason, /DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/)
  })
