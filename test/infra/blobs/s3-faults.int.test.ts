import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { BlobMissing } from '../../../bus/blobs.ts'
import { RetryAfter } from '../../../bus/errors.ts'
import { type S3Options, s3Blobs } from '../../../infra/blobs/s3.ts'
import { BlobStoreRefused } from '../../../infra/blobs/s3-requests.ts'
import { freePort } from '../../support/nats.ts'
import { until } from '../../support/temporary.ts'
import { accessKeyId, s3ServerForTests, secretAccessKey, startS3 } from './s3-server.ts'

const binary = s3ServerForTests()
const skip = binary === null ? 'there is no versitygw: "node test/setup/setup.mjs --for test" builds one with Go' : false
const MIB = 1024 * 1024

/** Everything that was logged, as text. */
const loggedLines = () => {
  const lines: string[] = []
  return { lines, log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }) }
}

const optionsFor = (endpoint: string, more: Partial<S3Options> = {}): S3Options => ({
  endpoint,
  region: 'us-east-1',
  bucket: 'cortex-blobs',
  pathStyle: true,
  accessKeyId,
  secretAccessKey,
  log: pino({ level: 'silent' }),
  ...more,
})

const failure = async (work: Promise<unknown>): Promise<Error> => {
  const outcome = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )
  assert.ok(outcome instanceof Error)
  for (const text of [outcome.message, outcome.stack ?? '']) assert.ok(!text.includes(secretAccessKey), 'a message holds the secret')
  return outcome
}

test('a store that goes away is waited for, and a write and a read end well when it is back', { skip }, async () => {
  await using server = await startS3(binary ?? '')
  const { lines, log } = loggedLines()
  await using blobs = await s3Blobs(optionsFor(server.url, { log }))
  const before = await blobs.put('before', 'text/plain')
  await server.kill()
  const [writing, reading] = [blobs.put('while away', 'text/plain'), blobs.text(before)]
  await until(() => lines.some((line) => line.includes('does not answer')))
  await server.restart()
  assert.equal(await reading, 'before')
  assert.equal(await blobs.text(await writing), 'while away')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    ['the blob store does not answer; trying again', 'the blob store answers again'],
  )
  assert.ok(!lines.join().includes(secretAccessKey))
})

test('a store that stays away ends the patience with where, why and what to do, to be tried again later', { skip }, async () => {
  await using server = await startS3(binary ?? '')
  await using blobs = await s3Blobs(optionsFor(server.url, { patienceMs: 1000 }))
  const ref = await blobs.put('before', 'text/plain')
  await server.kill()
  for (const error of await Promise.all([failure(blobs.put('more', 'text/plain')), failure(blobs.bytes(ref))])) {
    assert.ok(error instanceof RetryAfter, `${error}`)
    assert.match(
      error.message,
      /blob sha256\/\w+ cannot be \w+: the blob store http:\S+ has not answered for \d s \(ECONNREFUSED\); start it/,
    )
  }
})

test('closing the store ends what still waits for it', { skip }, async () => {
  await using server = await startS3(binary ?? '')
  const blobs = await s3Blobs(optionsFor(server.url))
  await server.kill()
  const waiting = failure(blobs.put('never', 'text/plain'))
  await blobs[Symbol.asyncDispose]()
  assert.match((await waiting).message, /is being closed/)
})

test('an endpoint where nothing listens, and a name that leads nowhere, are told apart from refusals', async () => {
  const port = await freePort()
  const nobody = await failure(s3Blobs(optionsFor(`http://127.0.0.1:${port}`, { patienceMs: 300 })))
  assert.ok(nobody instanceof RetryAfter)
  assert.match(nobody.message, /bucket cortex-blobs cannot be looked at: .*ECONNREFUSED.*correct \[blobs\.s3\] endpoint/)
  const nowhere = await failure(s3Blobs(optionsFor('http://no-such-host.invalid', { patienceMs: 300 })))
  assert.match(nowhere.message, /no-such-host\.invalid has not answered .*(ENOTFOUND|EAI_AGAIN)/)
})

test('credentials that are refused are said so at once, without their values', { skip }, async () => {
  await using server = await startS3(binary ?? '')
  for (const wrong of [{ accessKeyId: 'somebody' }, { secretAccessKey: 'guessed-secret' }]) {
    const error = await failure(s3Blobs(optionsFor(server.url, wrong)))
    assert.ok(error instanceof BlobStoreRefused, `${error}`)
    assert.match(error.message, /does not accept the credentials: correct the variables that \[blobs\.s3\] names/)
    assert.doesNotMatch(error.message, /somebody|guessed-secret/)
  }
})

test('a user who may not make the missing bucket is told what is needed, and may use it when somebody made it', { skip }, async () => {
  await using server = await startS3(binary ?? '')
  const admin = ['admin', '--access', accessKeyId, '--secret', secretAccessKey, '--endpoint-url', server.url]
  const user = { accessKeyId: 'plain-user', secretAccessKey: 'plain-user-secret' }
  const as = ['create-user', '--access', user.accessKeyId, '--secret', user.secretAccessKey, '--role', 'user']
  await promisify(execFile)(binary ?? '', [...admin, ...as])
  const error = await failure(s3Blobs(optionsFor(server.url, user)))
  assert.ok(error instanceof BlobStoreRefused, `${error}`)
  assert.match(error.message, /bucket cortex-blobs is missing and cannot be made: .*may not do that: they need .*CreateBucket/)
  await (await s3Blobs(optionsFor(server.url)))[Symbol.asyncDispose]()
  await promisify(execFile)(binary ?? '', [...admin, 'change-bucket-owner', '--bucket', 'cortex-blobs', '--owner', user.accessKeyId])
  await using blobs = await s3Blobs(optionsFor(server.url, user))
  assert.equal(await blobs.text(await blobs.put('mine', 'text/plain')), 'mine')
})

test('a bucket that vanished is made again by the next write, and what it held is BlobMissing', { skip }, async () => {
  await using server = await startS3(binary ?? '')
  await using blobs = await s3Blobs(optionsFor(server.url))
  const lost = await blobs.put('lost', 'text/plain')
  await rm(join(server.folder, 'cortex-blobs'), { recursive: true })
  await assert.rejects(blobs.bytes(lost), BlobMissing)
  const [small, big] = await Promise.all([blobs.put('again', 'text/plain'), blobs.put(randomBytes(17 * MIB), 'application/octet-stream')])
  assert.equal(await blobs.text(small), 'again')
  assert.equal((await blobs.bytes(big)).byteLength, 17 * MIB)
})

test('two processes that find no bucket at the same moment both end well', { skip }, async () => {
  await using server = await startS3(binary ?? '')
  const stores = await Promise.all([...Array(6).keys()].map(() => s3Blobs(optionsFor(server.url, { bucket: 'made-at-once' }))))
  for (const store of stores) await store[Symbol.asyncDispose]()
  assert.deepEqual(await readdir(server.folder), ['made-at-once'])
})

test('what is no S3 server is said so at once', async (t) => {
  for (const page of ['<html>Welcome</html>', '<!doctype html><p>Welcome<br>to & fro', '{"welcome": true}', '']) {
    const endpoint = await answering(t, (_request, response) => void response.end(page))
    const error = await failure(s3Blobs(optionsFor(endpoint)))
    assert.ok(error instanceof BlobStoreRefused, `${error}`)
    assert.match(error.message, /what answers there does not speak S3: correct \[blobs\.s3\] endpoint/)
  }
})

test('a server that is there and cannot at this moment is waited for', async (t) => {
  const endpoint = await answering(t, (_request, response) => void response.writeHead(503).end())
  const error = await failure(s3Blobs(optionsFor(endpoint, { patienceMs: 300 })))
  assert.ok(error instanceof RetryAfter, `${error}`)
  assert.match(error.message, /has not answered for \d s \(.*HTTP 503\)/)
})

test('a line that is cut in the middle of a blob is no failure, on the way in and on the way out', { skip }, async (t) => {
  await using server = await startS3(binary ?? '')
  const line = await cuttingLine(t, new URL(server.url))
  await using blobs = await s3Blobs(optionsFor(line.url))
  const content = randomBytes(20 * MIB)
  line.cutAfter(10 * MIB)
  const ref = await blobs.put(content, 'application/octet-stream')
  line.cutAfter(10 * MIB)
  assert.ok(content.equals(await blobs.bytes(ref)))
  assert.equal(line.cuts(), 2)
})

test('an upload in parts that is refused in its middle is cleared up', async (t) => {
  const seen: string[] = []
  const endpoint = await answering(t, (request, response) => {
    const kind = `${request.method} ${request.url?.replace(/^\/cortex-blobs\/?(sha256\/\w+)?/, '').replace(/&?x-id=\w+/, '')}`
    seen.push(kind)
    request.resume().on('end', () => {
      if (kind.startsWith('GET')) response.end(xml('ListBucketResult', '<Name>cortex-blobs</Name>'))
      else if (kind.startsWith('POST')) response.end(xml('InitiateMultipartUploadResult', '<UploadId>u1</UploadId>'))
      else if (kind.startsWith('PUT')) response.writeHead(403).end(xml('Error', '<Code>QuotaExceeded</Code><Message>full</Message>'))
      else response.writeHead(204).end()
    })
  })
  await using blobs = await s3Blobs(optionsFor(endpoint))
  const error = await failure(blobs.put(randomBytes(17 * MIB), 'application/octet-stream'))
  assert.match(error.message, /cannot be stored: .*QuotaExceeded/)
  assert.deepEqual(seen.slice(1), ['POST ?uploads=', 'PUT ?partNumber=1&uploadId=u1', 'DELETE ?uploadId=u1'])
})

const xml = (name: string, content: string): string => `<?xml version="1.0" encoding="UTF-8"?><${name}>${content}</${name}>`

/** The address of a server that answers every request so. */
const answering = async (t: TestContext, answer: RequestListener): Promise<string> => {
  const server = createHttpServer(answer).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return addressOf(server)
}

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** A line to the server that can be cut once after so many bytes, counted in both directions. */
const cuttingLine = async (t: TestContext, { hostname, port }: URL) => {
  let [left, cuts] = [Number.POSITIVE_INFINITY, 0]
  const relay = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        left -= chunk.byteLength
        if (left > 0) return void to.write(chunk)
        left = Number.POSITIVE_INFINITY
        cuts += 1
        near.destroy()
        far.destroy()
      })
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
    }
  }).listen(0, '127.0.0.1')
  t.after(() => relay.close())
  await once(relay, 'listening')
  return {
    url: addressOf(relay),
    cutAfter: (bytes: number) => {
      left = bytes
    },
    cuts: () => cuts,
  }
}
