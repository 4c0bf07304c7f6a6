import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withStandIns } from '../../../infra/agents/confined.ts'
import { keyHolding } from '../../../infra/agents/key-holding.ts'
import { resolveAgent } from '../../../infra/agents/presets.ts'
import type { AgentConfig } from '../../../infra/config/config-schema.ts'

const agent = (config: Partial<AgentConfig>) => resolveAgent('me', { reads: [], allow: [], ...config })
const claude = agent({ preset: 'claude' })
const codex = agent({ preset: 'codex' })

test('claude holds stand-ins for its keys, for the server it would ask itself', () => {
  const given = { HOME: '/home/me', ANTHROPIC_API_KEY: 'real-key', ANTHROPIC_AUTH_TOKEN: 'real-token' }
  assert.deepEqual(keyHolding(claude, given), {
    loan: { keys: { ANTHROPIC_API_KEY: 'real-key', ANTHROPIC_AUTH_TOKEN: 'real-token' }, server: 'https://api.anthropic.com', env: given },
    held: [],
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
  assert.deepEqual(keyHolding(codex, { OPENAI_API_KEY: 'real-key' }), { loan: null, held: ['OPENAI_API_KEY'], why: null })
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
  assert.deepEqual(keyHolding(claude, { HOME: '/home/me' }), { loan: null, held: [], why: null })
  assert.deepEqual(keyHolding(agent({ preset: 'scripted' }), {}), { loan: null, held: [], why: null })
})
