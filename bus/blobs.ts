import type { BlobRef } from '../domain/catalogue/shared.ts'

/** Large things by content: prompts, answers, diffs, logs, images. The same content has the same key, so a repeated put changes nothing. */
export interface Blobs {
  /** Stores and returns the reference; durable when it returns. */
  put(content: Uint8Array | string, contentType: string): Promise<BlobRef>
  /** The bytes, checked against the reference's sha256. Throws `BlobMissing` when it is not there or not the same. */
  bytes(ref: BlobRef): Promise<Uint8Array>
  text(ref: BlobRef): Promise<string>
}

export class BlobMissing extends Error {
  override readonly name = 'BlobMissing'
}
