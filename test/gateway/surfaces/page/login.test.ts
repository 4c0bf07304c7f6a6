import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scopes } from '../../../../gateway/http/scopes.ts'
import { toLogin } from '../../../../gateway/surfaces/page/login.ts'
import { atTheGate } from '../../../support/facts.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { form, givenPage } from '../../../support/page-world.ts'

test('whoever lacks a token is led to the form for it, and comes back with a cookie that scripts cannot read', async () => {
  const verify = (token: string) => (token === 'right' ? { name: 'ada', scopes: Scopes, isLocal: false } : undefined)
  const { world } = givenPage({ verify })
  const gateway = givenGateway({
    surfaces: world.surfaces,
    operations: world.operations,
    guards: { tokensRequired: true, verify },
    toLogin,
  })
  const led = await gateway.ask('/task/x?done=created', { headers: { accept: 'text/html' } })
  assert.deepEqual([led.status, led.headers.get('location')], [302, '/login?to=%2Ftask%2Fx%3Fdone%3Dcreated'])
  assert.equal((await gateway.ask('/', { headers: { accept: 'application/json' } })).status, 401)
  assert.equal(led.headers.get('set-cookie'), null)
  const revoked = await gateway.ask('/', { headers: { accept: 'text/html', cookie: 'cortex_token=old' } })
  assert.match(revoked.headers.get('set-cookie') ?? '', /^cortex_token=; Max-Age=0/)
  const wrong = await gateway.ask('/login', form({ token: 'wrong', to: '/' }))
  assert.equal(wrong.status, 401)
  assert.equal(wrong.headers.get('set-cookie'), null)
  const right = await gateway.ask('/login', form({ token: 'right', to: '/system' }))
  assert.deepEqual([right.status, right.headers.get('location')], [303, '/system'])
  assert.match(right.headers.get('set-cookie') ?? '', /^cortex_token=right; Path=\/; HttpOnly; SameSite=Strict$/)
  const inside = await gateway.ask('/', { headers: { accept: 'text/html', cookie: 'cortex_token=right' } })
  assert.match(await inside.text(), /Sign out/)
})

test('nobody is led to another site after the form', async () => {
  const { world } = givenPage({ verify: () => ({ name: 'ada', scopes: Scopes, isLocal: false }) })
  const gateway = givenGateway({ surfaces: world.surfaces, operations: world.operations })
  for (const to of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/ok\nset-cookie: x',
    '/\0',
    '/\x01',
    '/\x7f',
    `/${'x'.repeat(5000)}`,
  ])
    assert.equal((await gateway.ask('/login', form({ token: 'x', to }))).headers.get('location'), '/', to)
})

test('a token that may only read is offered nothing else', async () => {
  const verify = () => ({ name: 'reader', scopes: ['read'] as const, isLocal: false })
  const { world } = givenPage()
  world.tell('task-1', atTheGate())
  const gateway = givenGateway({ surfaces: world.surfaces, operations: world.operations, guards: { tokensRequired: true, verify } })
  const text = await (await gateway.ask('/task/task-1', { headers: { cookie: 'cortex_token=x' } })).text()
  assert.match(text, /may not decide on plans/)
  assert.doesNotMatch(text, /action="\/task\/task-1\/(?:approve|cancel)"/)
})
