import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTokens } from '../../../infra/app/tokens.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const at = new Date('2026-01-01T00:00:00Z')

test('a token opens what it was made for, until it is revoked, for every process that looks at the folder', async () => {
  await using folder = await temporaryFolder()
  const [one, other] = [openTokens(folder.path), openTokens(folder.path)]
  const token = one.create('chat', ['create', 'read'], at)
  assert.match(token, /^cortex_[A-Za-z0-9_-]{43}$/)
  assert.deepEqual(other.verify(token), { name: 'chat', scopes: ['create', 'read'] })
  assert.equal(other.verify(`${token}x`), undefined)
  assert.equal(other.verify(''), undefined)
  assert.ok(one.revoke('chat', at))
  assert.equal(other.verify(token), undefined)
  assert.ok(!one.revoke('chat', at))
  assert.deepEqual(
    other.list().map(({ name, revokedAt }) => [name, revokedAt]),
    [['chat', at.toISOString()]],
  )
})

test('what is kept is private and holds no token', async () => {
  await using folder = await temporaryFolder()
  const token = openTokens(folder.path).create('chat', ['read'], at)
  const path = join(folder.path, 'tokens.json')
  assert.ok(!readFileSync(path, 'utf8').includes(token.slice(7)))
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('two valid tokens never have one name', async () => {
  await using folder = await temporaryFolder()
  const tokens = openTokens(folder.path)
  tokens.create('chat', ['read'], at)
  assert.throws(() => tokens.create('chat', ['read'], at), /there is a token "chat" already/)
  tokens.revoke('chat', at)
  assert.ok(tokens.create('chat', ['read'], at))
})

test('a damaged file lets nobody in and says what to do', async () => {
  await using folder = await temporaryFolder()
  writeFileSync(join(folder.path, 'tokens.json'), '[{"name":')
  assert.throws(() => openTokens(folder.path).verify('x'), /tokens\.json is damaged; mend or remove it/)
})
