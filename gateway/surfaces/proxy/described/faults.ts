import { type RouteConfig, z } from '@hono/zod-openapi'
import { json } from '../../../http/route-parts.ts'

/** Errors as they stand in the document of the port: each API has its own shape for them. */

const OpenaiError = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable().describe('the field at fault'),
      code: z.string(),
      details: z.looseObject({}).optional(),
    }),
  })
  .openapi('OpenaiError')
const OllamaError = z.object({ error: z.string() }).openapi('OllamaError')
const JobError = z
  .object({
    status: z.enum(['error', 'failed', 'cancelled']),
    error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean(), details: z.looseObject({}) }),
  })
  .openapi('JobError')

const words = {
  400: 'The request is wrong; all that is wrong with it at once',
  401: 'No token, or a wrong one; or the chat page wants a person to sign in',
  403: 'The token, the origin or the host may not do this',
  404: 'There is no such model, job or response',
  409: 'The job was cancelled, or the `Idempotency-Key` was given to another question',
  413: 'The body is too long',
  424: 'The page gave no answer that can be used; the prompt may have been sent, and is never sent again',
  429: 'Too much at once, or the limit of the subscription; Retry-After says when to come again',
  500: 'Cortex failed at it; its log says why',
  503: 'The page, the bus or the disk cannot be worked with for the moment',
  504: 'The page did not answer in time',
} as const

const faultsAs = (shape: z.ZodType) => {
  const of = (...codes: (keyof typeof words)[]): RouteConfig['responses'] =>
    Object.fromEntries(codes.map((code) => [code, { description: words[code], ...json(shape) }]))
  return {
    /** Of a question to the page. */
    asking: of(400, 401, 403, 404, 409, 413, 424, 429, 500, 503, 504),
    /** Of a look at what there is. */
    looking: of(400, 401, 403, 404, 429, 500, 503),
  }
}

export const openaiFaults = faultsAs(OpenaiError)
export const ollamaFaults = faultsAs(OllamaError)
export const jobFaults = faultsAs(JobError)
