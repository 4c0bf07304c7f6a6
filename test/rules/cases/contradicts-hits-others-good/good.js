import { hash } from 'blake3'

const sum = hash(text)
