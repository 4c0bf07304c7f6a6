import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwarded, isShowable, type Lending, type Request, unanswered } from '../../../infra/keys/rules.ts'

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
    { 'x-api-key': 'sk-of-somebody, stand-in' },
    { authorization: 'Basic stand-in' },
  ])
    assert.equal(statusOf(ask(headers)), 401, JSON.stringify(headers))
})

test('the key goes to its own server and below its own path, whatever is asked', () => {
  const headers = { 'x-api-key': 'stand-in' }
  const outside = [
    '/other/v1',
    '/team/../admin',
    '/team/%2e%2e/admin',
    '/team/.\t./admin',
    '/team\\..\\admin',
    '/TEAM/v1',
    '/',
    '//team/v1',
  ]
  const notOfTheWeb = [
    'foo://keys.cortex.invalid/team/..\\..\\admin',
    'foo:/team/v1',
    'keys.cortex.invalid:443',
    'file:///team/v1',
    'ws://k/team/v1',
  ]
  const hidden = ['..%2fadmin', '%2E%2e%2Fadmin', '..%5cadmin', 'a%5C..', '..;/admin', 'v1/.%2e;x/admin', '...', '..%00/admin']
  for (const url of [
    ...[...outside, ...notOfTheWeb, ...hidden.map((each) => `/team/${each}`)],
    ...[
      'http://keys.cortex.invalid/teammates',
      'http://keys.cortex.invalid/team/../admin',
      'http://k?/team/v1',
      'http://k#/team/v1',
      'http://[',
    ],
  ])
    assert.equal(statusOf(ask(headers, { url })), 404, url)
  for (const url of [
    ...[
      'http://evil.example.com/team/v1',
      '//evil.example.com/team/v1',
      'http://a:b@evil.example.com:81/team/v1',
      '/team/v1',
      '/team/./v1#x',
    ],
    ...[
      'HTTPS://EVIL.example.com/team/v1',
      'https:v1',
      '/team\\v1',
      '/te\nam/v1',
      '/other/../team/v1',
      'http:\\\\evil.example.com\\team\\v1',
    ],
  ]) {
    const found = ask(headers, { url })
    assert.equal('target' in found && found.target.href, 'https://models.example.com/team/v1', url)
  }
  for (const url of ['/team', '', '?a=/../b', '/team?a=%2f..\\..']) {
    const found = ask(headers, { url })
    assert.match('target' in found ? found.target.href : '', /^https:\/\/models\.example\.com\/team\/?(\?|$)/, url)
  }
})

test('a server without a path of its own is asked for whatever it names so', () => {
  const found = ask({ 'x-api-key': 'other' }, { url: '/v1/models/a%2Fb' })
  assert.equal('target' in found && found.target.href, 'https://elsewhere.example.com/v1/models/a%2Fb')
  assert.equal(statusOf(ask({ 'x-api-key': 'other' }, { url: 'foo://k/a\\..\\b' })), 404)
})

test('a server that cannot be reached may be asked again, and one whose certificate is not trusted may not: its reason is said', () => {
  const answered = (code: string, message: string) => unanswered('models.example.com', Object.assign(new Error(message), { code }))
  assert.deepEqual(answered('ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.1:443'), {
    status: 502,
    reason: 'models.example.com cannot be reached (ECONNREFUSED: connect ECONNREFUSED 192.0.2.1:443)',
  })
  assert.equal(unanswered('models.example.com', new Error('gone')).reason, 'models.example.com cannot be reached (gone)')
  for (const code of [
    ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ...['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'INVALID_CA'],
  ]) {
    const { status, reason } = answered(code, 'the words of the library')
    assert.equal(status, 400, code)
    assert.match(
      reason,
      new RegExp(`models\\.example\\.com is not trusted \\(${code}: the words of the library\\).* NODE_EXTRA_CA_CERTS or SSL_CERT_FILE`),
    )
  }
})

test('a server that speaks another protocol will do so again, and one that broke off may not', () => {
  const statusAfter = (code: string, message: string) =>
    unanswered('models.example.com', Object.assign(new Error(message), { code })).status
  for (const code of ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'])
    assert.equal(statusAfter(code, 'the words of the library'), 400, code)
  assert.equal(statusAfter('EPROTO', 'write EPROTO 0A00010B:SSL routines:tls_validate_record_header:wrong version number'), 400)
  assert.equal(statusAfter('ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'eof'), 502)
  assert.equal(statusAfter('EPROTO', 'write EPROTO'), 502)
})

test('a key that no header may hold is told as such, and asked with nowhere', () => {
  for (const key of ['real\n', ' real', 're\r\nal', 'réal\u2028', '']) assert.equal(isShowable(key), false, JSON.stringify(key))
  assert.ok(isShowable('sk-real_key.1/2+3=') && isShowable('a key') && isShowable('ü'))
  const broken = new Map([['stand-in', { key: 'real\n', server: 'https://models.example.com' }]])
  const answer = forwarded({ method: 'GET', url: '/v1', headers: { authorization: 'Bearer stand-in' } }, broken)
  assert.ok('status' in answer && answer.status === 400 && /line break at its end: set its variable anew/.test(answer.reason))
})

test('a gateway keeps the login in its address, and shows it to nobody', () => {
  const behind = new Map([['stand-in', { key: 'real', server: 'https://me:word@gateway.example.com/v1' }]])
  const found = forwarded({ method: 'GET', url: '/v1/models?limit=1', headers: { 'x-api-key': 'stand-in' } }, behind)
  assert.equal('target' in found && found.target.href, 'https://me:word@gateway.example.com/v1/models?limit=1')
  assert.deepEqual(forwarded({ method: 'GET', url: '/v2', headers: { 'x-api-key': 'stand-in' } }, behind), {
    status: 404,
    reason: 'the key is for what lies below /v1 alone, without .., %2f and %5c',
  })
})

test('what would show the key to whoever asks, and web sockets, are not handed on', () => {
  for (const method of ['TRACE', 'CONNECT', 'PURGE']) assert.equal(statusOf(ask({ 'x-api-key': 'stand-in' }, { method })), 405, method)
  assert.equal(statusOf(ask({ 'x-api-key': 'stand-in', 'sec-websocket-key': 'x' }, { method: 'GET' })), 426)
})
