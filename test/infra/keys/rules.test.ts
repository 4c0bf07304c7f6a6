import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwarded, type Lending, type Request } from '../../../infra/keys/rules.ts'

const lent = new Map<string, Lending>([
  ['stand-in', { key: 'real', server: 'https://models.example.com/team/' }],
  ['other', { key: 'real-too', server: 'https://elsewhere.example.com' }],
  ['twin', { key: 'real-twin', server: 'https://models.example.com/team/' }],
])
const ask = (headers: Request['headers'], more: Partial<Request> = {}) =>
  forwarded({ method: 'POST', url: 'http://keys.cortex.invalid/team/v1/messages?beta=true', headers, ...more }, lent)
const statusOf = (answer: ReturnType<typeof ask>) => ('status' in answer ? answer.status : undefined)

test('a stand-in is exchanged for its key in the header that shows it, and the request goes to its server', () => {
  const found = ask({ authorization: 'Bearer stand-in', 'x-api-key': 'twin', accept: 'text/event-stream', host: 'keys.cortex.invalid' })
  assert.ok('target' in found)
  assert.equal(found.target.href, 'https://models.example.com/team/v1/messages?beta=true')
  assert.deepEqual(found.headers, { authorization: 'Bearer real', 'x-api-key': 'real-twin', accept: 'text/event-stream' })
})

test('without a stand-in, with one that is not lent, and with a key of another beside it nothing is asked', () => {
  for (const headers of [
    {},
    { authorization: '' },
    { authorization: 'Bearer real' },
    { authorization: 'Bearer ' },
    { 'x-api-key': 'stand-in', authorization: 'Bearer sk-of-somebody' },
    { 'x-api-key': 'stand-in', authorization: 'Bearer other' },
    { cookie: 'key=stand-in' },
  ])
    assert.equal(statusOf(ask(headers)), 401, JSON.stringify(headers))
})

test('the key goes to its own server and below its own path, whatever is asked', () => {
  const headers = { 'x-api-key': 'stand-in' }
  for (const url of ['/other/v1', '/team/../admin', '/team/%2e%2e/admin', 'http://keys.cortex.invalid/teammates', 'http://['])
    assert.equal(statusOf(ask(headers, { url })), 404, url)
  for (const url of ['http://evil.example.com/team/v1', '//evil.example.com/team/v1', 'http://a:b@evil.example.com/team/v1', '/team/v1']) {
    const found = ask(headers, { url })
    assert.equal('target' in found && found.target.href, 'https://models.example.com/team/v1', url)
  }
})

test('a gateway keeps the login in its address, and shows it to nobody', () => {
  const behind = new Map([['stand-in', { key: 'real', server: 'https://me:word@gateway.example.com/v1' }]])
  const found = forwarded({ method: 'GET', url: '/v1/models?limit=1', headers: { 'x-api-key': 'stand-in' } }, behind)
  assert.equal('target' in found && found.target.href, 'https://me:word@gateway.example.com/v1/models?limit=1')
  assert.deepEqual(forwarded({ method: 'GET', url: '/v2', headers: { 'x-api-key': 'stand-in' } }, behind), {
    status: 404,
    reason: 'the key is for what lies below /v1 alone',
  })
})

test('what would show the key to whoever asks, and web sockets, are not handed on', () => {
  for (const method of ['TRACE', 'CONNECT', 'PURGE']) assert.equal(statusOf(ask({ 'x-api-key': 'stand-in' }, { method })), 405, method)
  assert.equal(statusOf(ask({ 'x-api-key': 'stand-in', 'sec-websocket-key': 'x' }, { method: 'GET' })), 426)
})
