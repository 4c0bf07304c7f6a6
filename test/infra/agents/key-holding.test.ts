import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { giveVariables, withStandIns } from '../../../infra/agents/confined.ts'
import { keyHolding } from '../../../infra/agents/key-holding.ts'
import { resolveAgent } from '../../../infra/agents/presets.ts'
import type { Scratch } from '../../../infra/agents/scratch.ts'
import type { AgentConfig } from '../../../infra/config/config-schema.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const agent = (config: Partial<AgentConfig>) => resolveAgent('me', { reads: [], allow: [], ...config })
const claude = agent({ preset: 'claude' })
const codex = agent({ preset: 'codex' })

test('claude holds stand-ins for its keys, for the server it would ask itself', () => {
  const given = { HOME: '/home/me', ANTHROPIC_API_KEY: 'real-key', ANTHROPIC_AUTH_TOKEN: 'real-token' }
  assert.deepEqual(keyHolding(claude, given), {
    loan: { keys: { ANTHROPIC_API_KEY: 'real-key', ANTHROPIC_AUTH_TOKEN: 'real-token' }, server: 'https://api.anthropic.com', env: given },
    held: [],
    leftOut: [],
    why: null,
  })
  const elsewhere = { CLAUDE_CODE_OAUTH_TOKEN: 'real-token', ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000/x' }
  assert.equal(keyHolding(claude, elsewhere).loan?.server, 'http://127.0.0.1:4000/x')
  assert.deepEqual(withStandIns(claude, { standIns: { ANTHROPIC_API_KEY: 's' }, url: 'http://there' }, given), {
    ...given,
    ANTHROPIC_API_KEY: 's',
    ANTHROPIC_BASE_URL: 'http://there',
  })
})

test('codex holds one for its key and for the one it does not use, unless it signs in by its login', () => {
  const keys = { CODEX_API_KEY: 'real-key', OPENAI_API_KEY: 'real-key' }
  const holding = keyHolding(codex, keys)
  assert.deepEqual([holding.loan?.keys, holding.loan?.server, holding.held], [keys, 'https://api.openai.com/v1', []])
})

test('a key that codex does not use, for it signs in by its login, is left out', () => {
  const given = { OPENAI_API_KEY: 'real-key', MY_TOKEN: 'real-token' }
  const leftOut = { loan: null, held: ['MY_TOKEN'], leftOut: ['OPENAI_API_KEY'], why: null }
  assert.deepEqual(keyHolding(codex, given), leftOut)
  assert.deepEqual(keyHolding(codex, { ...given, OPENAI_BASE_URL: 'unix:/socket' }), leftOut)
  const own: [Partial<AgentConfig>, string][] = [
    [{ mask_keys: 'none' }, 'mask_keys = "none"'],
    [{ command: ['codex', 'exec'] }, 'its command has no {openai_base_url}'],
  ]
  for (const [config, why] of own) {
    const holding = keyHolding(agent({ preset: 'codex', ...config }), given)
    assert.deepEqual(holding, { loan: null, held: ['OPENAI_API_KEY', 'MY_TOKEN'], leftOut: [], why })
  }
})

test('a run is given no key that its agent does not use, and the login in its place', async () => {
  await using folder = await temporaryFolder()
  await writeFiles(folder.path, { '.codex/auth.json': '{}' })
  const home = path.join(folder.path, 'home')
  const scratch = { home } as Scratch // all that is asked of it
  const outside = codex.completeEnv({ HOME: folder.path, OPENAI_API_KEY: 'real-key', CODEX_HOME: path.join(folder.path, '.codex') })
  const lend = (): never => assert.fail('nothing to lend')
  using inside = await giveVariables({ agent: codex, outside, scratch }, lend)
  assert.deepEqual(inside.given, { HOME: home, CODEX_HOME: path.join(home, '.codex') })
  assert.equal(await readFile(path.join(home, '.codex', 'auth.json'), 'utf8'), '{}')
})

test('a switch of claude that is off, as claude reads it, is as good as none', () => {
  for (const value of ['0', 'false', '', 'no', 'off'])
    for (const name of ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'])
      assert.ok(keyHolding(claude, { ANTHROPIC_API_KEY: 'real-key', [name]: value }).loan, `${name}=${value}`)
  for (const value of ['1', 'true', ' Yes ', 'ON'])
    assert.equal(keyHolding(claude, { ANTHROPIC_API_KEY: 'real-key', CLAUDE_CODE_USE_VERTEX: value }).why, 'CLAUDE_CODE_USE_VERTEX is set')
})

test('where a stand-in would not work the key itself is held, and why is said', () => {
  const key = { ANTHROPIC_API_KEY: 'real-key' }
  const whyNot = (...[config, given]: [Partial<AgentConfig>, Record<string, string>]) => {
    const { loan, held, why } = keyHolding(agent(config), given)
    assert.equal(loan, null)
    assert.ok(held.length > 0)
    return why
  }
  assert.equal(whyNot({ preset: 'claude', mask_keys: 'none' }, key), 'mask_keys = "none"')
  assert.equal(whyNot({ preset: 'claude' }, { ...key, CLAUDE_CODE_USE_BEDROCK: '1' }), 'CLAUDE_CODE_USE_BEDROCK is set')
  assert.equal(whyNot({ preset: 'claude' }, { ...key, ANTHROPIC_BASE_URL: 'unix:/socket' }), 'ANTHROPIC_BASE_URL is no address')
  assert.equal(
    whyNot({ preset: 'codex', command: ['codex', 'exec'] }, { CODEX_API_KEY: 'real-key' }),
    'its command has no {openai_base_url}',
  )
  assert.equal(whyNot({ command: ['my-agent'] }, { MY_KEY: 'real-key' }), 'where it shows its key is not known')
})

test('other secrets that an operator hands on are held as they are, and none is none', () => {
  const given = { ANTHROPIC_API_KEY: 'real-key', MY_TOKEN: 'real-token' }
  assert.deepEqual(keyHolding(claude, given).held, ['MY_TOKEN'])
  assert.deepEqual(keyHolding(claude, { HOME: '/home/me' }), { loan: null, held: [], leftOut: [], why: null })
  assert.deepEqual(keyHolding(agent({ preset: 'scripted' }), {}), { loan: null, held: [], leftOut: [], why: null })
})
