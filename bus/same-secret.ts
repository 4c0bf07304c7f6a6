import { createHash, timingSafeEqual } from 'node:crypto'

const digest = (value: string | Uint8Array): Buffer => createHash('sha256').update(value).digest()

/** Whether what was given is the secret, in a time that tells nothing of either, not even their lengths. An empty secret is nobody's. Pure. */
export const isSameSecret = (given: string | Uint8Array, secret: string | Uint8Array): boolean =>
  timingSafeEqual(digest(given), digest(secret)) && secret.length > 0
