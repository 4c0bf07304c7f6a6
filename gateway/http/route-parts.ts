import { type RouteConfig, z } from '@hono/zod-openapi'
import type { Handler } from 'hono'
import { commonAnswers } from './error-answer.ts'
import type { GatewayApp, GatewayEnv } from './gateway-app.ts'

/** Pieces that the descriptions of routes are made of. */

/** A body of JSON. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { 'application/json': { schema } } })

type Code = keyof typeof commonAnswers
const ALWAYS = [401, 403, 429, 500, 503] as const satisfies Code[]
type Always = (typeof ALWAYS)[number]

/** The answers of a route: its own, what any may give, and these errors. */
export const answers = <Answer extends z.ZodType, const Codes extends Code = never>(
  schema: Answer,
  description: string,
  ...codes: Codes[]
): { 200: { description: string; content: { 'application/json': { schema: Answer } } } } & Pick<typeof commonAnswers, Always | Codes> => ({
  200: { description, ...json(schema) },
  ...errors(...codes),
})

/** What any route may answer instead, and these errors. */
export const errors = <const Codes extends Code = never>(...codes: Codes[]): Pick<typeof commonAnswers, Always | Codes> => {
  const picked = [...ALWAYS, ...codes].map((code) => [code, commonAnswers[code]] as const)
  // Object.fromEntries forgets which keys it was given.
  return Object.fromEntries(picked) as Pick<typeof commonAnswers, Always | Codes>
}

/** Adds a route that reads its request itself: its description stands in the document, and judges nothing. */
export const addDescribed = (app: GatewayApp, route: RouteConfig & { getRoutingPath(): string }, handler: Handler<GatewayEnv>): void => {
  app.openAPIRegistry.registerPath(route)
  app.on(route.method, route.getRoutingPath(), handler)
}

/** What an address can say of a field: a text as it stands, a whole number by its digits. */
export const inAddress = <Output>(name: string, place: 'path' | 'query', field: z.ZodType<Output>): z.ZodType<Output> => {
  const { type, minimum, maximum, default: byDefault, description } = z.toJSONSchema(field, { io: 'input' })
  if (type !== 'integer') return field
  const number = z
    .string()
    .regex(/^(?:0|-?[1-9]\d{0,15})$/, 'a whole number is needed')
    .transform(Number)
  const digits: z.ZodType<number | undefined> = field.safeParse(undefined).success ? number.optional() : number
  // By its own description it takes numbers.
  return digits.pipe(field as z.ZodType<Output, number | undefined>).openapi({
    param: { name, in: place },
    ...{ type, minimum, maximum, default: byDefault, description },
  })
}

/** Server-sent events as an answer's content. No schema of ours: OpenAPI 3.1 has none for an event, and clients take it for the text or for each event. */
export const eventContent = (description: string) => ({ 'text/event-stream': { schema: z.unknown().openapi({ description }) } })
