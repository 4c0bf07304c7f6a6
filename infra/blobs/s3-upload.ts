import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { BlobStoreRefused, type Requests } from './s3-requests.ts'

export interface Upload {
  bucket: string
  key: string
  data: Uint8Array
  contentType: string
}

/** S3 wants 5 MiB at least for every part but the last. */
const PART_BYTES = 8 * 1024 * 1024

type Outcome = 'stored' | 'no bucket' | 'no object'
/** An upload can be lost once: its end was done and the answer did not come, or somebody cleared it up. */
const TRIES = 3

/** Stores the object, whole or not at all. A big one goes in parts, so that a dropped line costs one part and not all of it. */
export const upload = async (client: S3Client, requests: Requests, one: Upload): Promise<'stored' | 'no bucket'> => {
  const send = one.data.byteLength > PART_BYTES ? inParts : inOnePiece
  for (let tries = 0; tries < TRIES; tries += 1) {
    const outcome = await send(client, requests, one)
    if (outcome !== 'no object') return outcome
  }
  throw new BlobStoreRefused(`${cannot(one.key)}: the blob store lost its upload ${TRIES} times`)
}

const cannot = (key: string): string => `blob ${key} cannot be stored`

const inOnePiece = (client: S3Client, requests: Requests, { bucket, key, data, contentType }: Upload): Promise<Outcome> =>
  requests.answer<Outcome>(cannot(key), async () => {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: data, ContentType: contentType, ContentLength: data.byteLength }),
    )
    return 'stored'
  })

const inParts = async (client: S3Client, requests: Requests, one: Upload): Promise<Outcome> => {
  const place = { Bucket: one.bucket, Key: one.key }
  const begin = () => client.send(new CreateMultipartUploadCommand({ ...place, ContentType: one.contentType }))
  const begun = await requests.answer(cannot(one.key), begin)
  if (typeof begun === 'string') return begun
  const id = begun.UploadId
  try {
    const parts = await sendParts(client, requests, one, id)
    if (typeof parts === 'string') return parts
    const complete = new CompleteMultipartUploadCommand({ ...place, UploadId: id, MultipartUpload: { Parts: parts } })
    return await requests.answer<Outcome>(cannot(one.key), async () => {
      await client.send(complete)
      return 'stored'
    })
  } catch (error) {
    // Parts that stay behind cost room; the caller must see why the upload failed, not why the clearing up did.
    await client.send(new AbortMultipartUploadCommand({ ...place, UploadId: id })).catch(() => undefined)
    throw error
  }
}

const sendParts = async (client: S3Client, requests: Requests, { bucket, key, data }: Upload, id: string | undefined) => {
  const parts: { PartNumber: number; ETag: string | undefined }[] = []
  for (let at = 0; at < data.byteLength; at += PART_BYTES) {
    const [body, number] = [data.subarray(at, at + PART_BYTES), parts.length + 1]
    const part = { Bucket: bucket, Key: key, UploadId: id, PartNumber: number, Body: body, ContentLength: body.byteLength }
    const sent = await requests.answer(cannot(key), () => client.send(new UploadPartCommand(part)))
    if (typeof sent === 'string') return sent
    parts.push({ PartNumber: number, ETag: sent.ETag })
  }
  return parts
}
