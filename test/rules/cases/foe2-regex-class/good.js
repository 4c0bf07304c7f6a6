import { createHash } from 'node:crypto'

const sum = createHash('sha256').update(text).digest('hex')
