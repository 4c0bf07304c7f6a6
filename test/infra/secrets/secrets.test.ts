import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { addedBy } from '../../../infra/secrets/added-lines.ts'
import { findSecrets } from '../../../infra/secrets/find-secrets.ts'
import { secretVariables, spellingsOf } from '../../../infra/secrets/known-values.ts'
import { findByOwnRules } from '../../../infra/secrets/own-rules.ts'
import { looksRandom } from '../../../infra/secrets/random-looking.ts'
import { createSecrets, withMasks } from '../../../infra/secrets/secrets.ts'
import { blobOf } from '../../support/memory-blobs.ts'

/** Put together here, so that no scanner takes this file for a leak. */
const awsId = ['AKIA', 'Z7Q4N3X5TDV2KLMB'].join('')
const awsSecret = ['k3Jx9vQ2mZ8pL5wR7t', 'Y1uB4nC6dF0gHsAaEeIiOo'].join('')
const github = ['ghp_', 'k3Jx9vQ2mZ8pL5wR7tY1uB4nC6dF0gHsAaEe'].join('')
const lot = 'q7Rz2Lw9Xk4Tn8Vb3Mf6Yc1Hd5Jg0Ps'
const KEY = 'plain-looking-agent-credential'

const secrets = createSecrets({ known: { AGENT_KEY: KEY }, allow: ['test/fixtures/**'] })
const masked = async (text: string): Promise<string> => (await secrets.mask(text)).text

/** A diff that adds these lines to a file. */
const adding = (file: string, ...lines: string[]): string =>
  [`diff --git a/${file} b/${file}`, 'index 1..2 100644', `--- a/${file}`, `+++ b/${file}`, `@@ -4,0 +5,${lines.length} @@`]
    .concat(lines.map((line) => `+${line}`))
    .join('\n')

test('what looks like a key is masked whole, and the mask says of what kind it was', async () => {
  assert.equal(await masked(`id ${awsId} here`), 'id [secret masked: aws access key id] here')
  assert.equal(await masked(`AWS_SECRET_ACCESS_KEY="${awsSecret}"`), 'AWS_SECRET_ACCESS_KEY="[secret masked: aws secret access key]"')
  assert.equal(await masked(github), '[secret masked: github token]')
  assert.equal(await masked(`apiKey: '${lot}',`), "apiKey: '[secret masked: high entropy value]',")
  assert.equal(await masked(`SESSION_TOKEN=${lot}\nnext`), 'SESSION_TOKEN=[secret masked: high entropy value]\nnext')
})

test('a value without quotes is found in whatever a setting is written', async () => {
  const settings = {
    yaml: `api_key: ${lot}`,
    'yaml in a list': `  - password: ${lot}`,
    properties: `db.password=${lot}`,
    ini: `secret_key = ${lot}`,
    'lower case': `api_key=${lot}`,
    blanks: `API_KEY = ${lot}`,
    'a Dockerfile': `ENV API_TOKEN=${lot}`,
    'a Dockerfile with a blank': `ENV API_TOKEN ${lot}`,
    'an element': `<password>${lot}</password>`,
    'a pair of XML': `<add key="ApiKey" value="${lot}" />`,
    'curl with a login': `curl -u admin:${lot} https://example.org`,
    'curl with a header': `curl -H "X-Auth-Token: ${lot}" https://example.org`,
    npm: `//registry.example.org/:_authToken=${lot}`,
    netrc: `machine example.org login me password ${lot}`,
    'an address': `https://example.org/?access_token=${lot}&page=2`,
    'a removed line': `-API_KEY=${lot}`,
  }
  for (const [name, text] of Object.entries(settings))
    assert.equal(await masked(text), text.replace(lot, '[secret masked: high entropy value]'), name)
})

test('a UUID is somebody’s name beside a key of a row or where the name says whose it is, and a secret beside what opens something', async () => {
  const uuid = ['f47ac10b', '58cc', '4372', 'a567', '0e02b2c3d479'].join('-')
  for (const line of [
    `const TOKEN_NAMESPACE = '${uuid}'`,
    `AZURE_AUTH_TENANT="${uuid}"`,
    `auth: { issuer: '${uuid}' }`,
    `{ "key": "${uuid}" }`,
    `rowKey: '${uuid}'`,
    `monkey = "${uuid}"`,
  ])
    assert.equal(await masked(line), line)
  for (const line of [
    `const token = '${uuid}'`,
    `HEROKU_API_KEY=${uuid}`,
    `api_key: ${uuid}`,
    `clientSecret: '${uuid}'`,
    `subscription-key: '${uuid}'`,
    `TOKEN_NAMESPACE = '${lot}'`,
    `{ "key": "${lot}" }`,
  ])
    assert.match(await masked(line), /secret masked: high entropy value/, line)
})

test('tokens are found by their look, and a bearer in whatever quotes it stands', async () => {
  const url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = (body: object): string => `${url({ alg: 'HS256', typ: 'JWT' })}.${url(body)}.${lot}${lot}`
  const tokens = {
    'json web token': [{ sub: '9876543210' }, { sub: '98', iss: 'latest.acme.io' }].map((body) => `const session = '${signed(body)}'`),
    'authorization header': [
      `headers: { Authorization: \`Bearer ${lot}\` }`,
      `headers: { Authorization: 'Bearer ' + '${lot}' }`,
      `setHeader('Authorization', 'Bearer ${lot}')`,
      `const bearer = \`Bearer ${lot}\``,
    ],
    'openai token': [['sk-', 'proj-', lot, lot].join('')],
    'github token': [['github', '_pat_', lot, lot].join('')],
    'pypi token': [['pypi-', 'AgEIcHlwaS5vcmc', lot, lot].join('')],
    'telegram token': [`bot = '110201543:AA${lot}xY'`],
    password: ["const password = 'Summer2024!'", 'DB_PASSWORD = "hunter2!"', '  password: Summer2024!'],
  }
  for (const [kind, texts] of Object.entries(tokens))
    for (const text of texts) assert.match(await masked(text), new RegExp(`secret masked: ${kind}`), text)
  for (const body of [{ sub: '1234567890', name: 'John Doe' }, { sub: 'test-user' }, { name: 'Sample User' }])
    assert.equal(await masked(`'${signed(body)}'`), `'${signed(body)}'`)
  for (const harmless of ['Bearer <token>', "'Bearer ' + token"]) assert.equal(await masked(harmless), harmless)
})

test('private keys are found as text and within JSON', async () => {
  for (const type of ['ed25519', 'x25519'] as const) {
    const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    for (const text of [`${pem}`, JSON.stringify({ key: pem })]) assert.match(await masked(text), /\[secret masked: private key\]/)
  }
})

test('masking twice changes nothing more', async () => {
  const once = await masked(`TOKEN="${lot}" ${awsId} ${KEY}`)
  assert.equal(await masked(once), once)
})

test('a comment in the text does not say what is looked for', async () => {
  assert.equal((await findSecrets(`${github} // secretlint-disable-line`)).length, 1)
  assert.equal((await findSecrets(`/* secretlint-disable */\n${github}`)).length, 1)
})

test('dummy values, words, public things and references are no secrets', async () => {
  const harmless = [
    'AKIAIOSFODNN7EXAMPLE',
    'apiKey: "your-api-key-goes-here-0000"',
    'const TOKEN = "test-token-1234567890abcdef"',
    'const key = "previousKeyFromStorage2"',
    `publicKey = "${lot}"`,
    JSON.stringify({ joinKey: lot, author: lot, ...blobOf('a blob') }),
    `contentHash = "${lot}", integrity="sha512-${lot}"`,
    'password = process.env.DATABASE_PASSWORD_2',
    ['API_KEY=$', '{API_KEY_2_FROM_VAULT9}'].join(''),
    'SECRET_NAME = "cortex/production/database2"',
    'password: changeme',
    ['token: $', '{TOKEN}'].join(''),
    'api_key: <your key>',
    "password: 'P4ssword!', secret: 'test-Secret1!'",
    'const token = request.headers.x2Y3z4.a1B2c3D4',
    'const apiKey = previousKeyFromStorage2',
    'readonly httpAuthSchemeProvider: S3HttpAuthSchemeProvider;',
    'password = hashlib.sha256(b"x1").hexdigest()',
    `id: 6f1c3b2a-9d4e-4f7a-8b1c-2e3d4f5a6b7c, key: ${lot}`,
    `"integrity": "sha512-${lot}${lot}=="`,
    `checksum: 10c0/${lot}`,
    `resolved "https://registry.example.org/token/-/token-1.0.0.tgz#${lot}"`,
    '.token-k3y { color: #a3f19c; --auth-width: 12px }',
    'password: "Passwort vergessen?", passwordHint: "8+ characters"',
    'PASSWORD=$(cat /run/secrets/db_password_2)',
    "const password = 'a-b-c'; const pwd = '/home/me/1!'",
  ]
  for (const text of harmless) assert.equal(await masked(text), text)
})

test('names of things and places are no secrets, whatever is kept there', async () => {
  const names = [
    'secretName: shop-eu1-db-v2-tls',
    'secretName: "shop-eu1-db-v2-tls"',
    'secretName: Shop-EU1-DB-V2-Tls1',
    'existingSecret: redis-7-prod-eu1',
    'secretStoreRef: vault-eu1-k8s-v2',
    'client_key: certs/client-2024-01-05.pem',
    'token_endpoint: login.eu1.acme.io/oauth2/v1',
    'TOKEN_URL=https://login.eu1.acme.io/oauth2/v1',
    'AUTH_SERVICE=http-auth-v2.prod-eu1.svc',
    'auth_image: acme/auth-proxy-v2-3.1.4',
    'authentication: spring-security-oauth2-6.1',
    'signing_key = load_key_v2_from_k8s',
    'credentials=aws_s3_creds_default,',
    'auth=oauth2_bearer_v2_scheme,',
  ]
  for (const text of names) assert.equal(await masked(text), text)
})

test('what is drawn by lot is a secret also under the name of a place, in groups, and as a password of words', async () => {
  const values = {
    'AUTH_SERVICE=': lot,
    'auth_url: ': '6f1c3b2a-9d4e-4f7a-8b1c-2e3d4f5a6b7c',
    'token_path: ': 'q7Rz2Lw9X-k4Tn8Vb3Mf6Y',
    'secretName: ': 'a3f19c0e77b24d5e8c61f09a2b7d4e35',
    'api_key: ': '6f1c3b2a-9d4e-4f7a-8b1c-2e3d4f5a6b7c',
    'license_token: ': 'x7k2p-9fq3m-t4w8z-b6n1c',
    'password: ': 'blue-7-dog-4-cat-9',
    'service_key: ': 'Shop-EU1-DB-V2-Tls1',
  }
  for (const [name, value] of Object.entries(values)) assert.equal(await masked(name + value), `${name}[secret masked: high entropy value]`)
})

test('values drawn by lot differ from words by how often the kind of sign changes', () => {
  for (const value of [lot, 'a3f19c0e77b24d5e8c61f09a2b7d4e35', awsSecret]) assert.ok(looksRandom(value), value)
  for (const value of ['short1', 'previousKeyFromStorage2', 'user-profile-page-2', 'aaaaaaaaaaaaaaaaaaaa1'])
    assert.ok(!looksRandom(value), value)
})

test('a value that we know is masked in every spelling', async () => {
  for (const spelling of spellingsOf(KEY)) assert.equal(await masked(`<${spelling}>`), '<[secret masked: value of AGENT_KEY]>')
  const within = Buffer.from(`{"key":"${KEY}"}`).toString('base64')
  assert.match(await masked(within), /secret masked: value of AGENT_KEY/)
  assert.equal(secrets.maskKnown(`a ${KEY} b`), 'a [secret masked: value of AGENT_KEY] b')
})

test('variables are secret by their name, and by a value that can be one', () => {
  const variables = {
    ...{ MY_API_KEY: 'abcdefgh', PASSWORD: 'correct horse', PATH: '/usr/bin', TOKEN_FILE: 'abcdefgh', MAX_TOKENS: '128000' },
    ...{ OTHER_TOKEN: '128000', GOOGLE_CREDENTIALS: '/home/me/key.json', EMPTY_KEY: '', NO_KEY: undefined },
  }
  assert.deepEqual(secretVariables(variables), { MY_API_KEY: 'abcdefgh', PASSWORD: 'correct horse' })
})

test('of what overlaps, one mask is left and nothing of either', () => {
  const at = (start: number, end: number, kind: string) => ({ start, end, kind, value: '' })
  assert.deepEqual(withMasks('abcdefgh', [at(2, 5, 'one'), at(3, 7, 'two'), at(2, 4, 'three')]), {
    text: 'ab[secret masked: one]h',
    kinds: ['one'],
  })
})

test('a diff is read as the new lines of each file, by their numbers', () => {
  const { added, removed } = addedBy(`${adding('a.js', 'one', '++ b/no-file')}\n-gone\ndiff --git a/empty b/empty\nnew file mode 100644`)
  assert.deepEqual(added, [
    { file: 'a.js', text: 'one\n++ b/no-file', lines: [5, 6] },
    { file: 'empty', text: '', lines: [] },
  ])
  assert.equal(removed, 'gone')
})

test('a change that brings a secret is told with file, line and kind, and never the value', async () => {
  assert.deepEqual(await secrets.inChange(adding('src/a.js', 'const a = 1', `const key = '${github}'`)), [
    { file: 'src/a.js', line: 6, kind: 'github token' },
  ])
})

test('a value of ours is a secret in a change in pieces, as wide characters, in the name of a file and in fixtures', async () => {
  const found = [{ file: 'a.js', line: 5, kind: 'value of AGENT_KEY' }]
  assert.deepEqual(await secrets.inChange(adding('a.js', "const key = 'plain-looking' +", "  '-agent-credential'")), found)
  assert.deepEqual(await secrets.inChange(adding('a.js', [...KEY].join('\0'))), found)
  assert.equal((await secrets.inChange(`diff --git a/${KEY} b/${KEY}\nnew file mode 100644`)).length, 1)
  assert.equal((await secrets.inChange(adding('test/fixtures/key.txt', KEY))).length, 1)
})

test('a value of ours is a secret in a change in whatever common writing it is cut up, and over several files', async () => {
  const bytes = [...Buffer.from(KEY)]
  const base64 = Buffer.from(`key: ${KEY}\n`).toString('base64')
  const disguised = {
    'a number a line': bytes.map(String),
    'numbers, each xor the same': [`[${bytes.map((byte) => byte ^ 21).join(', ')}]`],
    'numbers of 16 signs, each xor the same': bytes.map((byte) => `0x${(byte ^ 170).toString(16)},`),
    'hexadecimal, two signs a line': bytes.map((byte) => byte.toString(16)),
    'base64 in short lines': base64.match(/.{1,8}/g) ?? [],
    'base64 of base64': [Buffer.from(base64).toString('base64')],
    'letters turned by 13': [KEY.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 84) % 26) + 97))],
  }
  for (const [name, lines] of Object.entries(disguised))
    assert.deepEqual(await secrets.inChange(adding('a.txt', ...lines)), [{ file: 'a.txt', line: 5, kind: 'value of AGENT_KEY' }], name)
  assert.deepEqual(await secrets.inChange(adding('a.txt', `[${bytes.map((byte, at) => byte + (at % 2)).join(', ')}]`)), [])
  const halves = `${adding('a.txt', 'x', KEY.slice(0, 11))}\n${adding('b.txt', KEY.slice(11))}`
  assert.deepEqual(await secrets.inChange(halves), [{ file: 'a.txt', line: 5, kind: 'value of AGENT_KEY' }])
})

test('what only looks like a secret may stand where the operator allows it, and what was there before may be moved', async () => {
  assert.deepEqual(await secrets.inChange(adding('test/fixtures/key.txt', github)), [])
  assert.deepEqual(await secrets.inChange(`${adding('b.js', `  '${github}'`)}\n-'${github}'`), [])
  assert.equal((await secrets.inChange(adding('test/key.txt', github))).length, 1)
})

test('what is learned later is secret from then on', async () => {
  const learning = createSecrets({ known: {}, allow: [] })
  assert.equal((await learning.mask('an-evening-word')).text, 'an-evening-word')
  learning.learn({ LOGIN: 'an-evening-word' })
  assert.equal((await learning.mask('an-evening-word')).text, '[secret masked: value of LOGIN]')
})

test('lines are handed on masked and in their order', async () => {
  const seen: string[] = []
  const { onLine, done } = secrets.maskLines((line) => seen.push(line))
  for (const line of ['first '.repeat(2000), KEY, 'last']) onLine(line)
  await done()
  assert.deepEqual(seen.slice(1), ['[secret masked: value of AGENT_KEY]', 'last'])
})

test('a chatty run is looked at in few looks, and a key printed over several lines is masked', async () => {
  const seen: string[] = []
  const { onLine, done } = secrets.maskLines((line) => seen.push(line))
  const pem = `${generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })}`
  for (const line of ['begins', ...pem.trim().split('\n'), ...Array.from({ length: 20_000 }, (_, n) => `ok ${n}`)]) onLine(line)
  await done()
  assert.deepEqual(seen.slice(0, 3), ['begins', '-----BEGIN PRIVATE KEY-----[secret masked: private key]-----END PRIVATE KEY-----', 'ok 0'])
  assert.equal(seen.at(-1), 'ok 19999')
})

test('no text makes the search long: it takes steps in proportion to its length', () => {
  const begin = '-----BEGIN PRIVATE KEY-----\n'
  for (const piece of [
    '\n',
    ' ',
    begin,
    'KEY_',
    'KEY_\n',
    'key="',
    'key = ',
    'a.',
    'keytoken',
    'token-',
    'token=',
    'eyJ-',
    'eyJaaaaaaaaaa.',
    ' -u a:',
    '<key>',
    'password ',
  ]) {
    const text = piece.repeat(400_000 / piece.length)
    const began = process.cpuUsage().user
    findByOwnRules(text)
    // A search that grows with the square takes minutes.
    assert.ok(process.cpuUsage().user - began < 5_000_000, JSON.stringify(piece))
  }
})
