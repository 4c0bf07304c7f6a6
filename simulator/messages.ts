import type { IncomingMessage, ServerResponse } from 'node:http'
import type { World } from './world.ts'

/** One request as the routes see it. */
export interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly world: World
}

/** By `METHOD /path`. */
export type Routes = Readonly<Record<string, (call: Call) => void | Promise<void>>>

/** A request that is wrong, with its status and what to do about it. */
export class RequestError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export const SESSION_COOKIE = 'stand-in-session-token'

export const sessionCookieOf = ({ headers }: IncomingMessage): string | undefined =>
  headers.cookie
    ?.split('; ')
    .find((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    ?.slice(SESSION_COOKIE.length + 1)

export const readBytes = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** @throws RequestError when the body is no JSON; an empty one is `{}`. */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const text = (await readBytes(request)).toString('utf8')
  try {
    return text.trim() === '' ? {} : JSON.parse(text)
  } catch (cause) {
    throw new RequestError(400, `the body is no JSON: ${cause}`)
  }
}

export const sendJson = ({ response }: Call, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${JSON.stringify(body)}\n`)
}
