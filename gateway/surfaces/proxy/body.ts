import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { invalidRequest, ProxyFault } from './fault.ts'

export type Body = Readonly<Record<string, unknown>>

/** Under which name a request's context keeps how many bytes its body may have. */
export const BODY_LIMIT = 'bodyLimit'

export const tooLong = (limit: number): ProxyFault =>
  new ProxyFault({ status: 413, code: 'PAYLOAD_TOO_LARGE', message: `A request's body may have ${limit} bytes at most.` })

/** The request's body as a JSON object. Throws `ProxyFault`: 400, or 413 as soon as it is longer than it may be. */
export const readBody = async (context: Context): Promise<Body> => {
  const text = await readText(context.req.raw.body, Number(context.get(BODY_LIMIT) ?? Number.POSITIVE_INFINITY))
  const value = parse(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalidRequest([{ param: '', message: 'The body must be a JSON object.' }])
}

const readText = async (body: ReadableStream<Uint8Array> | null, limit: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > limit) throw tooLong(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw invalidRequest([{ param: '', message: `The body is not JSON: ${said}` }])
  }
}

/** The same JSON, whatever the order of its keys, is the same text. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, canonical(one)]),
  )
}

/** What says how an answer is delivered, not what is asked. */
const delivery = new Set(['stream', 'stream_options', 'background', 'store', 'priority'])

/**
 * By what a repeated request is found again: the client's own `Idempotency-Key`, else the sha256 of the body without the way
 * it is delivered, so that a stream, a plain answer and a job of the same question are one.
 */
export const jobKey = (context: Context, body: Body): string => {
  const given = context.req.header('idempotency-key')?.trim()
  if (given && given.length > 255) throw invalidRequest([{ param: 'Idempotency-Key', message: 'may have 255 characters at most' }])
  if (given) return `given-${sha256(given)}`
  const asked = Object.fromEntries(Object.entries(body).filter(([key]) => !delivery.has(key)))
  return `body-${sha256(JSON.stringify(canonical(asked)))}`
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
