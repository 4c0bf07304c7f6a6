import { z } from 'zod'

/** Where a blob is and what it must be: what facts carry in its place. */
export const BlobRef = z.object({
  bucket: z.string(),
  key: z.string(),
  bytes: z.int(),
  contentType: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 has 64 hexadecimal digits'),
  /** The kinds of secrets that were masked in it before it was stored. */
  masked: z.array(z.string()).optional(),
})
export type BlobRef = z.infer<typeof BlobRef>

/** Large things by content: prompts, answers, diffs, logs, images. The same content has the same key, so a repeated put changes nothing. */
export interface Blobs {
  /** Stores and returns the reference; durable when it returns. */
  put(content: Uint8Array | string, contentType: string): Promise<BlobRef>
  /** The bytes, checked against the reference's sha256. Throws `BlobMissing` when it is not there or not the same. */
  bytes(ref: BlobRef): Promise<Uint8Array>
  text(ref: BlobRef): Promise<string>
}

/** The store itself, for whoever keeps it in order. */
export interface BlobStore extends Blobs {
  /** It is `BlobMissing` for everybody then; one that is not there is removed already. */
  remove(ref: BlobRef): Promise<void>
}

export class BlobMissing extends Error {
  override readonly name = 'BlobMissing'
}
