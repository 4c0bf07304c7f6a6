import { createHash } from 'node:crypto'
import type { BlobRef } from '../../bus/blobs.ts'
import { BlobMissing, type Blobs } from '../../bus/blobs.ts'

/** By key, for the whole process: the same content is the same blob, so tests cannot disturb each other. */
const contents = new Map<string, Uint8Array>()

const store = (content: Uint8Array | string, contentType: string): BlobRef => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const key = `sha256/${sha256}`
  contents.set(key, bytes)
  return { bucket: 'memory', key, bytes: bytes.length, contentType, sha256 }
}

/** The reference of a text that is in every store of `memoryBlobs`. */
export const blobOf = (text: string, contentType = 'text/plain'): BlobRef => store(text, contentType)

/** A blob store in memory, with all that `blobOf` named. */
export const memoryBlobs = (): Blobs => {
  const bytes = async ({ key }: BlobRef): Promise<Uint8Array> => {
    const found = contents.get(key)
    if (!found) throw new BlobMissing(`blob ${key} is not there`)
    return found
  }
  return {
    put: async (content, contentType) => store(content, contentType),
    bytes,
    text: async (ref) => new TextDecoder().decode(await bytes(ref)),
  }
}
