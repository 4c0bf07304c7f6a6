import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ToolReply } from './execute-tool.ts'

/** A tool's reply as the answer to a request. */
export const replyTo = (context: Context, { status, body, retryAfterMs }: ToolReply): Response =>
  context.json(
    body,
    status as ContentfulStatusCode, // RequestFault's codes are HTTP's
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
  )
