import { z } from '@hono/zod-openapi'
import { RequestFault } from '../../../bus/define-service.ts'
import { Id } from '../../../domain/catalogue/shared.ts'
import { callerOf } from '../../http/caller.ts'
import { commonAnswers } from '../../http/error-answer.ts'
import type { GatewayContext } from '../../http/gateway-app.ts'

/** Pieces that the descriptions of the operator's routes are made of. */

type Code = keyof typeof commonAnswers
const ALWAYS = [401, 403, 429, 500, 503] as const satisfies Code[]
type Always = (typeof ALWAYS)[number]

/** The answers of a route: its own, what any may give, and these errors. */
export const answers = <Answer extends z.ZodType, const Codes extends Code = never>(
  schema: Answer,
  description: string,
  ...codes: Codes[]
): { 200: { description: string; content: { 'application/json': { schema: Answer } } } } & Pick<typeof commonAnswers, Always | Codes> => ({
  200: { description, content: { 'application/json': { schema } } },
  ...errors(...codes),
})

/** What any route may answer instead, and these errors. */
export const errors = <const Codes extends Code = never>(...codes: Codes[]): Pick<typeof commonAnswers, Always | Codes> => {
  const picked = [...ALWAYS, ...codes].map((code) => [code, commonAnswers[code]] as const)
  // Object.fromEntries forgets which keys it was given.
  return Object.fromEntries(picked) as Pick<typeof commonAnswers, Always | Codes>
}

export const TaskIdParam = z.object({ id: Id.describe('the id of a task; it may be shortened as long as it means one') })

/** A whole number in an address. */
export const wholeNumber = (name: string, place: 'path' | 'query', { least, most }: { least: number; most: number }, description: string) =>
  z
    .string()
    .regex(/^(?:0|[1-9]\d{0,14})$/, 'a whole number is needed')
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .openapi({ param: { name, in: place }, type: 'integer', minimum: least, maximum: most, description })

/** Offsets into lists and long texts. */
export const MOST = 999_999_999
export const offsetQuery = wholeNumber('offset', 'query', { least: 0, most: MOST }, 'where to begin').optional()

/** Throws `RequestFault` 403 when the caller may not read: for what is asked of the views directly. */
export const mayRead = (context: GatewayContext): void => {
  const { name, scopes } = callerOf(context)
  if (!scopes.includes('read')) throw new RequestFault(403, [`"${name}" may not read`])
}
