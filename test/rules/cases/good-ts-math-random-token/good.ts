import { randomUUID } from 'node:crypto'

const token = randomUUID()
const jitter = Math.random() * 100
