import type { Blobs } from '../../bus/blobs.ts'
import type { Secrets } from '../../functions/ports.ts'

const isText = (content: Uint8Array | string, contentType: string): content is string =>
  typeof content === 'string' && /^(?:text\/|application\/json)/.test(contentType)

/** A blob store that no secret reaches in a text: what was masked stands in the reference. */
export const maskingBlobs = <B extends Blobs>(blobs: B, { mask }: Pick<Secrets, 'mask'>): B => ({
  ...blobs,
  put: async (content, contentType) => {
    if (!isText(content, contentType)) return blobs.put(content, contentType)
    const { text, kinds } = await mask(content)
    const ref = await blobs.put(text, contentType)
    return kinds.length > 0 ? { ...ref, masked: kinds } : ref
  },
})
