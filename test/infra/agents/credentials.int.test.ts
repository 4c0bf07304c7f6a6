import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentialsOf, tokensIn } from '../../../infra/agents/credentials.ts'
import { resolveAgent } from '../../../infra/agents/presets.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const token = 'sk-ant-oat01-q7Rz2Lw9Xk4Tn8Vb3Mf6Yc1Hd5'
const login = { claudeAiOauth: { accessToken: token, expiresAt: 1_800_000_000_000, scopes: ['user:inference'], subscriptionType: 'max' } }

test('the tokens of a login are what its file holds long and mixed, by the keys above them', () => {
  assert.deepEqual(tokensIn(login, 'claude login'), { 'claude login.claudeAiOauth.accessToken': token })
  assert.deepEqual(tokensIn(null, 'none'), {})
})

test('an agent’s credentials are its secret variables and its login, wherever that lies', async () => {
  await using folder = await temporaryFolder()
  await writeFiles(folder.path, { '.claude/.credentials.json': JSON.stringify(login) })
  const agent = resolveAgent('claude', { preset: 'claude', reads: [], allow: [] })
  assert.deepEqual(await credentialsOf(agent, { HOME: folder.path, ANTHROPIC_API_KEY: 'a-plain-value' }), {
    ANTHROPIC_API_KEY: 'a-plain-value',
    'claude login.claudeAiOauth.accessToken': token,
  })
  assert.deepEqual(await credentialsOf(agent, { HOME: `${folder.path}/nobody` }), {})
})
