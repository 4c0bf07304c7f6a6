import { z } from '@hono/zod-openapi'

/** Parts that several routes have. */

export const TaskParams = z.object({ id: z.string().min(1).max(128).describe('may be shortened as long as it means one task') })

/** A body of JSON in a route's description. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { 'application/json': { schema } } })
