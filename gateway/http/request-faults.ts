import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { RequestFault } from '../../bus/define-service.ts'
import type { GatewayContext } from './gateway-app.ts'

/** The answer to a request that is refused or failed: words, never a stack, and what else the API that was asked says of it. */
export const faultAnswer = (context: GatewayContext, { code, faults, retryAfterMs }: RequestFault, more: object = {}): Response =>
  context.json(
    { error: faults.join('; '), faults: [...faults], request_id: context.get('requestId') ?? '', ...more },
    code as ContentfulStatusCode, // RequestFault's codes are HTTP's
    {
      ...retryHeader(retryAfterMs),
      ...(code === 401 ? { 'www-authenticate': 'Bearer realm="cortex"' } : {}),
    },
  )

/** Tells in whole seconds when to come again. */
export const retryHeader = (afterMs: number | undefined): Record<string, string> =>
  afterMs === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(afterMs / 1000))) }

/** Any error as a fault; what is not ours becomes 500 without its words. */
export const faultOf = (error: unknown): RequestFault => {
  if (error instanceof RequestFault) return error
  if (isBrokenOff(error)) return new RequestFault(400, ['the connection ended before the whole request was here'])
  if (error instanceof Error && 'status' in error && error.status === 415)
    return new RequestFault(415, ['the body must be JSON: send it with "content-type: application/json"'])
  // hono's own: a body that is no JSON, for example.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500)
    return new RequestFault(error.status, [error.message || 'the request is wrong'])
  return new RequestFault(500, ['cortex failed at this request; its log says why, under the request id'])
}

/** What node says of a client that went away in the middle of its body: nobody reads the answer, and nothing here has failed. */
const isBrokenOff = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted'
