import { createHash } from 'node:crypto'

export function digestOf(upload) {
  const digest = createHash('sha256').update(upload.bytes).digest('hex')
  return digest
}
