import { createHash } from 'node:crypto'
import { type ObjectInfo, type ObjectStore, Objm } from '@nats-io/obj'
import { BlobMissing, type BlobRef, type BlobStore } from '../blobs.ts'
import type { Connection } from './connect.ts'
import { patiently } from './patience.ts'
import { settleBucket } from './stream-settings.ts'

const BUCKET = 'cortex-blobs'

/** Blobs in a NATS Object Store bucket: the embedded default. A blob's name is its content's sha256. */
export const objectStoreBlobs = async (connection: Connection): Promise<BlobStore> => {
  const open = async (): Promise<ObjectStore> => {
    const made = await new Objm(connection.nc).create(BUCKET, { description: 'Prompts, answers, diffs and logs, by content' })
    await settleBucket(connection, `OBJ_${BUCKET}`)
    return made
  }
  const store = await open()
  let present: Promise<unknown> = Promise.resolve()
  connection.onReconnect(() => {
    // A bus may come back without its store. Where this fails, the next put says what is wrong.
    present = patiently(connection, open).catch(() => undefined)
  })
  const bytes = async (ref: BlobRef): Promise<Uint8Array> => {
    for (;;) {
      const found = await patiently(connection, () => read(connection, store, ref))
      if (!found) throw new BlobMissing(`blob ${ref.key} is not in bucket ${ref.bucket}`)
      if (sha256(found.data) === ref.sha256) return found.data
      // Somebody may have put the same content at this moment: then another object has taken its place.
      const now = await patiently(connection, () => store.info(ref.key))
      if (now?.nuid === found.nuid) throw new BlobMissing(`blob ${ref.key} in bucket ${ref.bucket} is damaged: its sha256 differs`)
    }
  }
  return {
    put: async (content, contentType) => {
      const data = typeof content === 'string' ? new TextEncoder().encode(content) : content
      const digest = sha256(data)
      const ref: BlobRef = { bucket: BUCKET, key: `sha256/${digest}`, bytes: data.byteLength, contentType, sha256: digest }
      return patiently(connection, async () => {
        await present
        const there = await store.info(ref.key)
        if (!there || there.deleted || !isContentOf(there, digest) || !(await hasItsChunks(connection, there)))
          await store.putBlob({ name: ref.key, metadata: { contentType } }, data)
        return ref
      })
    },
    bytes,
    text: async (ref) => new TextDecoder().decode(await bytes(ref)),
    remove: (ref) =>
      patiently(connection, async () => {
        const there = await store.info(ref.key)
        if (there && !there.deleted) await store.delete(ref.key)
      }),
  }
}

/**
 * Null when there is no such object; not all of its bytes when chunks are gone. Chunk by chunk from the leader: the client's own
 * `get` leaves a consumer behind for minutes, and a stream has no more than 1,000.
 */
const read = async ({ jsm }: Connection, store: ObjectStore, ref: BlobRef): Promise<{ nuid: string; data: Uint8Array } | null> => {
  const info = await store.info(ref.key)
  if (!info || info.deleted) return null
  const chunks: Uint8Array[] = []
  for (let seq = 1; chunks.length < info.chunks; ) {
    const query = { seq, next_by_subj: chunksOf(info) }
    const chunk = await jsm.streams.getMessage(`OBJ_${BUCKET}`, query)
    if (!chunk) break
    chunks.push(chunk.data)
    seq = chunk.seq + 1
  }
  return { nuid: info.nuid, data: Buffer.concat(chunks) }
}

const chunksOf = ({ nuid }: ObjectInfo): string => `$O.${BUCKET}.C.${nuid}`

/** The object's own note of its digest is `SHA-256=` and padded base64url. */
const isContentOf = ({ digest }: ObjectInfo, sha: string): boolean =>
  Buffer.from(digest.replace(/^SHA-256=/, ''), 'base64url').toString('hex') === sha

const hasItsChunks = async ({ jsm }: Connection, info: ObjectInfo): Promise<boolean> => {
  const subject = chunksOf(info)
  const { state } = await jsm.streams.info(`OBJ_${BUCKET}`, { subjects_filter: subject })
  return (state.subjects?.[subject] ?? 0) === info.chunks
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
