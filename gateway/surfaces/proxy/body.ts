import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { invalidRequest } from './fault.ts'

export type Body = Readonly<Record<string, unknown>>

/** The request's body as a JSON object. Throws `ProxyFault`: 400. */
export const readBody = async (context: Context): Promise<Body> => {
  const value = parse(await context.req.text())
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalidRequest([{ param: '', message: 'The body must be a JSON object.' }])
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
const delivery = ['stream', 'stream_options', 'background', 'store', 'priority']
/** What one door reads and the other passes over: a body that has both asks something else at each. */
const unread = { chat: ['input'], responses: ['messages'] }

/** What a body asks at its door, however it is delivered. */
export const askedIn = (body: Body, door: keyof typeof unread): Body =>
  Object.fromEntries(Object.entries(body).filter(([field]) => ![...delivery, ...unread[door]].includes(field)))

/** What is submitted as a job: with nothing beside its payload it is the same question as at the door of chats. */
export const askedBySubmission = ({ payload, ...beside }: Body): Body => {
  const [asked, more] = [askedIn({ ...recordOf(payload) }, 'chat'), askedIn(beside, 'chat')]
  return Object.keys(more).length === 0 ? asked : { payload: asked, beside: more }
}

const recordOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})

export interface JobKey {
  readonly key: string
  /** The client says itself that it asks again. */
  readonly isRepeated: boolean
}

/**
 * By what a repeated request is found again: the client's own `Idempotency-Key` with the sha256 of what is asked, else that sha256
 * alone. OpenAI's clients say that they ask again.
 */
export const jobKey = (context: Context, question: Body): JobKey => {
  const given = context.req.header('idempotency-key')?.trim()
  if (given && given.length > 255) throw invalidRequest([{ param: 'Idempotency-Key', message: 'may have 255 characters at most' }])
  const asked = sha256(JSON.stringify(canonical(question)))
  if (given) return { key: `given-${sha256(given)}.${asked}`, isRepeated: true }
  const isRepeated = Number(context.req.header('x-stainless-retry-count') ?? 0) > 0
  return { key: `body-${asked}`, isRepeated }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
