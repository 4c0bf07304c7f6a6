import { z } from '@hono/zod-openapi'

/** What every refused request gets: all that is wrong with it at once, in words. */
export const ErrorAnswer = z
  .object({
    error: z.string().describe('all faults in one sentence'),
    faults: z.array(z.string()),
    request_id: z.string().describe('stands in the log, too'),
  })
  .openapi('Error')

const answer = (description: string) => ({ description, content: { 'application/json': { schema: ErrorAnswer } } })

/** Answers that any route may give, for its OpenAPI description. */
export const commonAnswers = {
  400: answer('The request is wrong'),
  401: answer('No token, or a wrong one'),
  403: answer('The token, the origin or the host may not do this'),
  404: answer('There is nothing with this name'),
  409: answer('A rule refuses it as things stand'),
  413: answer('The body is too long'),
  415: answer('The body is of another type than the route takes'),
  429: answer('Too much at once; Retry-After says when to come again'),
  500: answer('Cortex failed at it; its log says why'),
  503: answer('The bus is away for a moment'),
} as const
