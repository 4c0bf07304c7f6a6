import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busSecret, namedSecrets, openSecrets } from '../../../infra/app/open-secrets.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'

const env = { MY_SECRET: 'a b c d e f', BOT: 'bot-secret', AGENT_TOKEN: 'agent-secret', OTHER_TOKEN: 'nobody-named-it' }
const config = ConfigSchema.parse({
  agents: { me: { command: ['me'], env: ['AGENT_TOKEN'] } },
  lanes: { api: { url: 'https://example.com/v1', model: 'm', key_env: 'MY_SECRET' } },
})

test('secret is whatever a setting that ends in _env names, at any depth', () => {
  assert.deepEqual(namedSecrets({ a: { b: [{ token_env: 'BOT' }] }, c: { key_env: 'UNSET', name: 'MY_SECRET' } }, env), {
    BOT: 'bot-secret',
  })
})

test('what the configuration names, what agents are given and what the bus asks for is masked; other variables are nobody’s business', async () => {
  const secrets = await openSecrets(config, env)
  secrets.learn(busSecret('bus-secret'))
  assert.equal(
    secrets.maskKnown(Object.values({ ...env, BUS: 'bus-secret' }).join('|')),
    '[secret masked: value of MY_SECRET]|bot-secret|[secret masked: value of AGENT_TOKEN]|nobody-named-it|[secret masked: value of the password of the bus]',
  )
})
