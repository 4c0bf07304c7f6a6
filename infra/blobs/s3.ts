import { createHash } from 'node:crypto'
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Logger } from 'pino'
import type { BlobRef } from '../../bus/blobs.ts'
import { BlobMissing, type BlobStore } from '../../bus/blobs.ts'
import { ensureBucket } from './s3-bucket.ts'
import { BlobStoreRefused, patientRequests, type Requests } from './s3-requests.ts'
import { upload } from './s3-upload.ts'

export interface S3Options {
  /** `http://host:port`; without it AWS, by the region. */
  endpoint?: string | undefined
  region: string
  /** Made when it is missing and the credentials may. */
  bucket: string
  /** The bucket in the path and not in the host name: what most compatible servers want. */
  pathStyle: boolean
  accessKeyId: string
  secretAccessKey: string
  /** How long a read or a write waits for a store that does not answer, milliseconds; default 60 s. */
  patienceMs?: number
  log: Logger
}

const PATIENCE_MS = 60_000
/** Waiting for a free line counts, too. */
const CONNECT_MS = 5000
const LINES = 128
/** A line on which nothing moves for so long is given up and the request made again. */
const SILENT_MS = 15_000

/**
 * Blobs in a bucket of an S3 store. A blob's name is its content's sha256, which every read checks.
 * Throws `BlobStoreRefused` and, after `patienceMs` without an answer, `RetryAfter`; reads throw `BlobMissing`.
 */
export const s3Blobs = async (options: S3Options): Promise<BlobStore & AsyncDisposable> => {
  const { bucket, region, log, patienceMs = PATIENCE_MS } = options
  const client = s3Client(options)
  const closing = new AbortController()
  const where = options.endpoint ?? `S3 in ${region}`
  const requests = patientRequests({ where, patienceMs, signal: closing.signal, log })
  const close = async (): Promise<void> => {
    closing.abort(new Error('the blob store is being closed'))
    client.destroy()
  }
  try {
    await ensureBucket(client, requests, bucket)
  } catch (error) {
    await close()
    throw error
  }
  const bytes = (ref: BlobRef): Promise<Uint8Array> => read(client, requests, ref)
  return {
    put: async (content, contentType) => {
      const data = typeof content === 'string' ? new TextEncoder().encode(content) : content
      const digest = createHash('sha256').update(data).digest('hex')
      const ref: BlobRef = { bucket, key: `sha256/${digest}`, bytes: data.byteLength, contentType, sha256: digest }
      // Written without a look before: nearly every content is new, and one that is there and damaged is whole again.
      await store(client, requests, ref, data)
      return ref
    },
    bytes,
    text: async (ref) => new TextDecoder().decode(await bytes(ref)),
    remove: async (ref) => {
      const command = new DeleteObjectCommand({ Bucket: ref.bucket, Key: ref.key })
      await requests.answer(`blob ${ref.key} cannot be removed`, () => client.send(command))
    },
    [Symbol.asyncDispose]: close,
  }
}

const s3Client = ({ endpoint, region, pathStyle, accessKeyId, secretAccessKey }: S3Options): S3Client =>
  new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    region,
    forcePathStyle: pathStyle,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1, // the patience is ours
    // Compatible servers do not all know the CRC checksums that the client would add by itself; our sha256 covers the whole way.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // A server that does not know `Expect: 100-continue` would cost 6 s for every blob.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      httpAgent: { keepAlive: true, maxSockets: LINES },
      httpsAgent: { keepAlive: true, maxSockets: LINES },
      socketAcquisitionWarningTimeout: PATIENCE_MS, // earlier it would write to the console
    },
  })

const store = async (client: S3Client, requests: Requests, ref: BlobRef, data: Uint8Array): Promise<void> => {
  const one = { bucket: ref.bucket, key: ref.key, data, contentType: ref.contentType }
  if ((await upload(client, requests, one)) === 'stored') return
  // A store may come back without its bucket.
  await ensureBucket(client, requests, ref.bucket)
  if ((await upload(client, requests, one)) !== 'stored') throw new BlobStoreRefused(`bucket ${ref.bucket} was made and is gone again`)
}

/** The reference says where: blobs of an earlier bucket stay readable after another one is configured. */
const read = async (client: S3Client, requests: Requests, { bucket, key, bytes, sha256 }: BlobRef): Promise<Uint8Array> => {
  const found = await requests.answer(`blob ${key} cannot be read`, async () => {
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return Body && bodyOf(Body.transformToWebStream(), bytes, ContentLength)
  })
  if (found === 'no object' || found === 'no bucket' || found === undefined) throw new BlobMissing(`blob ${key} is not in bucket ${bucket}`)
  if (found === 'other size' || createHash('sha256').update(found).digest('hex') !== sha256)
    throw new BlobMissing(`blob ${key} in bucket ${bucket} is damaged: its sha256 differs`)
  return found
}

/** The bytes as they come, into their final place: an object of another size is not read to its end. */
const bodyOf = async (
  body: ReadableStream<Uint8Array>,
  bytes: number,
  announced: number | undefined,
): Promise<Uint8Array | 'other size'> => {
  if (announced !== undefined && announced !== bytes) {
    await body.cancel()
    return 'other size'
  }
  const whole = new Uint8Array(bytes)
  let at = 0
  for await (const chunk of body) {
    if (at + chunk.byteLength > bytes) return 'other size'
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return at === bytes ? whole : 'other size'
}
