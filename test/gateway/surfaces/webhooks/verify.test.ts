import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import type { Source } from '../../../../gateway/surfaces/webhooks/source.ts'
import { verifyDelivery, type WebhookDelivery } from '../../../../gateway/surfaces/webhooks/verify.ts'
import { ConfigSchema } from '../../../../infra/config/config-schema.ts'
import { createWebhooks } from '../../../../infra/webhooks/webhooks.ts'

const tasks = [{ title: '{{title}}' }]
const sourceOf = (settings: Record<string, unknown>, secrets: { NEW: string; OLD?: string }): Source => {
  const config = ConfigSchema.parse({ gateway: { webhooks: { in: { it: { secret_env: 'NEW', tasks, ...settings } } } } })
  const [source] = createWebhooks({ config, env: secrets }).sources
  assert.ok(source)
  return source
}
const delivery = (headers: Record<string, string>, body: string | Uint8Array): WebhookDelivery => ({
  header: (name) => headers[name] ?? '',
  body: typeof body === 'string' ? Buffer.from(body) : body,
})

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const SENT = 1_614_265_330
const at = (seconds: number): Date => new Date(seconds * 1000)
const published = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': String(SENT),
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
const body = '{"test": 2432232314}'
const standard = sourceOf({ kind: 'standard' }, { NEW: SECRET })

test('the published example of Standard Webhooks is genuine', () =>
  assert.equal(verifyDelivery(standard, delivery(published, body), at(SENT)), 'genuine'))

test('a byte more, less or another in body, id, time or signature is a forgery', () => {
  const forged: [Record<string, string>, string][] = [
    [published, `${body} `],
    [published, body.slice(0, -1)],
    [published, ''],
    [{ ...published, 'webhook-id': 'msg_other' }, body],
    [{ ...published, 'webhook-timestamp': String(SENT + 1) }, body],
    [{ ...published, 'webhook-signature': published['webhook-signature'].replace('g0', 'g1') }, body],
    [{ ...published, 'webhook-signature': published['webhook-signature'].slice(0, -3) }, body],
    [{ ...published, 'webhook-signature': published['webhook-signature'].replace('v1,', 'v2,') }, body],
    [{ ...published, 'webhook-signature': published['webhook-signature'].replace('v1,', 'v1a,') }, body],
    [{ ...published, 'webhook-signature': '' }, body],
    [{ ...published, 'webhook-signature': 'v1,' }, body],
    [{ ...published, 'webhook-signature': ',,, v1' }, body],
    [{}, body],
  ]
  for (const [headers, text] of forged)
    assert.equal(verifyDelivery(standard, delivery(headers, text), at(SENT)), 'forged', JSON.stringify(headers))
})

test('what is genuine but five minutes away from our clock is stale, before and after', () => {
  const judged = (seconds: number) => verifyDelivery(standard, delivery(published, body), at(seconds))
  assert.deepEqual([judged(SENT + 300), judged(SENT - 300)], ['genuine', 'genuine'])
  assert.deepEqual([judged(SENT + 301), judged(SENT - 301)], ['stale', 'stale'])
})

test('a signed time that is no number is stale', () => {
  const secret = Buffer.from(SECRET.slice(6), 'base64')
  for (const time of ['', 'yesterday', '1614265330abc', '-5', '1e9']) {
    const signature = createHmac('sha256', secret).update(`msg_1.${time}.${body}`).digest('base64')
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` }
    assert.equal(verifyDelivery(standard, delivery(headers, body), at(SENT)), 'stale', time)
  }
})

test('one right signature among several is enough, and while a secret changes both count', () => {
  const sign = (secret: string) => new Webhook(secret).sign(published['webhook-id'], at(SENT), body)
  const both = sourceOf({ kind: 'standard', old_secret_env: 'OLD' }, { NEW: OTHER, OLD: SECRET })
  const judged = (source: Source, signature: string) =>
    verifyDelivery(source, delivery({ ...published, 'webhook-signature': signature }, body), at(SENT))
  assert.equal(judged(standard, `v1,bm90IHRoaXMgb25l ${sign(OTHER)} ${sign(SECRET)}`), 'genuine')
  assert.deepEqual([judged(both, sign(SECRET)), judged(both, sign(OTHER))], ['genuine', 'genuine'])
  assert.equal(judged(sourceOf({ kind: 'standard' }, { NEW: OTHER }), sign(SECRET)), 'forged')
  assert.equal(judged(standard, `${'v1,bm8= '.repeat(50)}${sign(SECRET)}`), 'forged', 'only the first ten are looked at')
})

test('an Ed25519 signature counts for the public key, and for no other', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
  const source = sourceOf({ kind: 'standard' }, { NEW: `whpk_${raw}` })
  const signed = Buffer.from(`${published['webhook-id']}.${SENT}.${body}`)
  const headers = { ...published, 'webhook-signature': `v1a,${sign(null, signed, privateKey).toString('base64')}` }
  assert.equal(verifyDelivery(source, delivery(headers, body), at(SENT)), 'genuine')
  assert.equal(verifyDelivery(source, delivery(headers, `${body} `), at(SENT)), 'forged')
  assert.equal(verifyDelivery(source, delivery(published, body), at(SENT)), 'forged')
  const other = sign(null, signed, generateKeyPairSync('ed25519').privateKey).toString('base64')
  assert.equal(verifyDelivery(source, delivery({ ...headers, 'webhook-signature': `v1a,${other}` }, body), at(SENT)), 'forged')
})

test("GitHub's published example is genuine, and nothing near it is", () => {
  const github = sourceOf({ kind: 'github' }, { NEW: "It's a Secret to Everybody" })
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
  const judged = (text: string, header: string) => verifyDelivery(github, delivery({ 'x-hub-signature-256': header }, text), at(SENT))
  assert.equal(judged('Hello, World!', signature), 'genuine')
  assert.equal(judged('Hello, World!', signature.toUpperCase().replace('SHA256', 'sha256')), 'genuine')
  for (const header of [signature.slice(7), signature.slice(0, -1), `${signature}00`, signature.replace('sha256', 'sha1'), 'sha256=', ''])
    assert.equal(judged('Hello, World!', header), 'forged', header)
  assert.equal(judged('Hello, World', signature), 'forged')
})

test('signatures are over raw bytes, also those that are no text', () => {
  const source = sourceOf({ kind: 'hmac' }, { NEW: 'a secret of the test' })
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x7d])
  const code = createHmac('sha256', 'a secret of the test').update(bytes).digest('hex')
  const judged = (sent: Uint8Array) => verifyDelivery(source, delivery({ 'x-signature': code }, sent), at(SENT))
  assert.equal(judged(bytes), 'genuine')
  assert.equal(judged(Buffer.from([0xfd, 0xfe, 0x00, 0x7b, 0x7d])), 'forged', 'both are the same text with replacement characters')
})

test('a generic sender signs in its own words: header, prefix, algorithm, encoding, time and id', () => {
  const secret = 'a secret of the test'
  const source = sourceOf(
    {
      ...{ kind: 'hmac', header: 'x-sig', prefix: 'v0=', algorithm: 'sha512', encoding: 'base64', window: '1m' },
      ...{ content: 'v0:{{timestamp}}:{{ id }}:{{body}}', timestamp_header: 'x-time', delivery_header: 'x-id' },
    },
    { NEW: secret },
  )
  const judged = (time: string, seconds: number, id = 'a-1') => {
    const code = createHmac('sha512', secret).update(`v0:${time}:a-1:${body}`).digest('base64')
    return verifyDelivery(source, delivery({ 'x-sig': `v0=${code}`, 'x-time': time, 'x-id': id }, body), at(seconds))
  }
  assert.equal(judged(String(SENT), SENT + 60), 'genuine')
  assert.equal(judged(String(SENT * 1000), SENT - 60), 'genuine', 'milliseconds')
  assert.equal(judged(String(SENT), SENT + 61), 'stale')
  assert.equal(judged(String(SENT), SENT, 'a-2'), 'forged')
})

test('a bearer token is right or wrong as a whole', () => {
  const source = sourceOf({ kind: 'bearer', old_secret_env: 'OLD' }, { NEW: 'the-newer-token-of-two', OLD: 'the-older-token-of-two' })
  const judged = (authorization: string) => verifyDelivery(source, delivery({ authorization }, body), at(SENT))
  assert.deepEqual([judged('Bearer the-newer-token-of-two'), judged('bearer the-older-token-of-two')], ['genuine', 'genuine'])
  for (const wrong of ['', 'Bearer ', 'Bearer the-newer-token-of-tw', 'Bearer the-newer-token-of-two2', 'the-newer-token-of-two'])
    assert.equal(judged(wrong), 'forged', wrong)
})
