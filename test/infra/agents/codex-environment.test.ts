import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { codexEnvironment } from '../../../infra/agents/codex-environment.ts'
import { resolveAgent } from '../../../infra/agents/presets.ts'
import { fillCommand } from '../../../infra/agents/resolved-agent.ts'

function homeWithLogin(t: TestContext): string {
  const home = mkdtempSync(path.join(tmpdir(), 'cortex-codex-'))
  t.after(() => rmSync(home, { recursive: true }))
  mkdirSync(path.join(home, '.codex'))
  writeFileSync(path.join(home, '.codex', 'auth.json'), '{}')
  return home
}

test('OPENAI_API_KEY is the key of codex where nobody has logged in', () => {
  assert.equal(codexEnvironment({ HOME: '/nowhere', OPENAI_API_KEY: 'key' })['CODEX_API_KEY'], 'key')
  assert.equal(codexEnvironment({ OPENAI_API_KEY: 'key' })['CODEX_API_KEY'], 'key')
})

test('a login of codex is not overruled by OPENAI_API_KEY: a subscription does not become a bill', (t) => {
  const home = homeWithLogin(t)
  assert.equal(codexEnvironment({ HOME: home, OPENAI_API_KEY: 'key' })['CODEX_API_KEY'], undefined)
  assert.equal(codexEnvironment({ CODEX_HOME: path.join(home, '.codex'), OPENAI_API_KEY: 'key' })['CODEX_API_KEY'], undefined)
})

test('CODEX_API_KEY wins, and without any key nothing is made up', () => {
  assert.equal(codexEnvironment({ CODEX_API_KEY: 'own', OPENAI_API_KEY: 'key' })['CODEX_API_KEY'], 'own')
  assert.equal('CODEX_API_KEY' in codexEnvironment({ HOME: '/nowhere' }), false)
})

test('codex is told of another server only where OPENAI_BASE_URL names one', () => {
  const { command, readCommand } = resolveAgent('codex', { preset: 'codex', reads: [], allow: [] })
  for (const argv of [command, readCommand]) {
    const without = fillCommand(argv, { openai_base_url: undefined })
    assert.equal(
      without.some((argument) => argument.includes('openai_base_url')),
      false,
    )
    assert.equal(without.filter((argument) => argument === '-c').length, argv.filter((argument) => argument === '-c').length - 1)
    const url = 'http://127.0.0.1:1/v1'
    assert.ok(fillCommand(argv, { openai_base_url: url }).includes(`openai_base_url=${url}`))
  }
})
