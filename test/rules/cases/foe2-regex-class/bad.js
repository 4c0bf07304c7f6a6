import { createHash } from 'node:crypto'

const sum = createHash('md5').update(text).digest('hex')
