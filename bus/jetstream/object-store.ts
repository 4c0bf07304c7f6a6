import { createHash } from 'node:crypto'
import { Objm } from '@nats-io/obj'
import { BlobMissing, type Blobs } from '../blobs.ts'
import type { BlobRef } from '../catalogue/shared.ts'
import type { Connection } from './connect.ts'
import { patiently } from './patience.ts'

const BUCKET = 'cortex-blobs'

/** Blobs in a NATS Object Store bucket: the embedded default. A blob's name is its content's sha256. */
export const objectStoreBlobs = async (connection: Connection): Promise<Blobs> => {
  const store = await new Objm(connection.nc).create(BUCKET, { description: 'Prompts, answers, diffs and logs, by content' })
  const bytes = async (ref: BlobRef): Promise<Uint8Array> => {
    const found = await patiently(connection, () => store.getBlob(ref.key))
    if (!found) throw new BlobMissing(`blob ${ref.key} is not in bucket ${ref.bucket}`)
    if (sha256(found) !== ref.sha256) throw new BlobMissing(`blob ${ref.key} in bucket ${ref.bucket} is damaged: its sha256 differs`)
    return found
  }
  return {
    put: async (content, contentType) => {
      const data = typeof content === 'string' ? new TextEncoder().encode(content) : content
      const digest = sha256(data)
      const ref: BlobRef = { bucket: BUCKET, key: `sha256/${digest}`, bytes: data.byteLength, contentType, sha256: digest }
      return patiently(connection, async () => {
        const there = await store.info(ref.key)
        if (!there || there.deleted) await store.putBlob({ name: ref.key, metadata: { contentType } }, data)
        return ref
      })
    },
    bytes,
    text: async (ref) => new TextDecoder().decode(await bytes(ref)),
  }
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
