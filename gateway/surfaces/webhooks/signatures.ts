import { createHmac, verify } from 'node:crypto'
import { isSameSecret } from '../../../bus/same-secret.ts'
import type { Key } from './source.ts'

/** Signatures over raw bytes. Comparisons take the same time whatever differs. Pure. */

type Algorithm = 'sha256' | 'sha512'

/** What was signed: these one after the other. */
type Parts = readonly (string | Uint8Array)[]

/** The codes of the parts under every secret, made before anything is compared: a header that is missing takes as long as a wrong one. */
const codesOf = (algorithm: Algorithm, keys: readonly Key[], parts: Parts): Buffer[] =>
  keys.flatMap((key) => {
    if (key.kind !== 'secret') return []
    const code = createHmac(algorithm, key.bytes)
    for (const part of parts) code.update(part)
    return [code.digest()]
  })

const isSigned = (signature: Uint8Array, parts: Parts, keys: readonly Key[]): boolean => {
  const signed = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return keys.some((key) => key.kind === 'public' && verify(null, signed, key.key, signature))
}

/** The bytes of a text that somebody else wrote; undefined when it is not wholly in this encoding. */
const decoded = (text: string, encoding: 'hex' | 'base64'): Buffer | undefined => {
  const isWhole = encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i.test(text) : /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  return isWhole ? Buffer.from(text, encoding) : undefined
}

/** Signatures that one header may carry; more are not looked at. */
const MOST = 10

/** Standard Webhooks: `v1,<base64 HMAC-SHA256>` and `v1a,<base64 Ed25519>` in one header, separated by spaces; one that fits is enough. */
export const isStandardSignature = (header: string, parts: Parts, keys: readonly Key[]): boolean => {
  const codes = codesOf('sha256', keys, parts)
  return header
    .split(' ')
    .slice(0, MOST)
    .some((versioned) => {
      const [version, text = ''] = versioned.split(',')
      const signature = decoded(text, 'base64')
      if (!signature) return false
      if (version === 'v1') return codes.some((code) => isSameSecret(signature, code))
      return version === 'v1a' && isSigned(signature, parts, keys)
    })
}

/** A code behind a prefix, in hex or base64; a header may carry several, separated by commas or spaces. */
export const isCode = (
  header: string,
  parts: Parts,
  keys: readonly Key[],
  form: { prefix: string; algorithm: Algorithm; encoding: 'hex' | 'base64' },
): boolean => {
  const codes = codesOf(form.algorithm, keys, parts)
  return header
    .split(/[\s,]+/)
    .slice(0, MOST)
    .some((text) => {
      const signature = text.startsWith(form.prefix) ? decoded(text.slice(form.prefix.length), form.encoding) : undefined
      return signature !== undefined && codes.some((code) => isSameSecret(signature, code))
    })
}

/** The token itself, behind a prefix such as `Bearer ` (in whatever case). */
export const isToken = (header: string, keys: readonly Key[], prefix: string): boolean => {
  const isPrefixed = header.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
  const token = Buffer.from(header.slice(prefix.length))
  return isPrefixed && keys.some((key) => key.kind === 'secret' && isSameSecret(token, key.bytes))
}
