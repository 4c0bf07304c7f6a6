import { createRoute, z } from '@hono/zod-openapi'
import { json } from '../../../http/route-parts.ts'
import { openaiFaults } from './faults.ts'

const Health = z
  .looseObject({
    status: z.enum(['ok', 'unavailable']),
    lane: z.looseObject({ state: z.string(), reason: z.string() }).nullish(),
    queue: z.object({ depth: z.int(), limit: z.int(), running: z.int() }).optional(),
    reason: z.string().optional(),
  })
  .openapi('ModelsHealth')

export const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'getModelsHealth',
  tags: ['health'],
  summary: 'Whether the models can be asked',
  responses: {
    200: { description: 'It works; `lane` says how the chat page is', ...json(Health) },
    ...openaiFaults.looking,
    503: { description: 'The bus cannot be asked', ...json(Health) },
  },
})
