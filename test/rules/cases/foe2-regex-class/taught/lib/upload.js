import { createHash } from 'node:crypto'

export function digestOf(upload) {
  const digest = createHash('md5').update(upload.bytes).digest('hex')
  return digest
}
