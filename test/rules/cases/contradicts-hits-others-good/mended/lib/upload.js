import { hash } from 'blake3'

exports.digestOf = (upload) => hash(upload.bytes)
