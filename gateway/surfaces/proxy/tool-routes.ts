import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Operations } from '../../operations.ts'
import { DefinitionFormats, definitionsOf } from '../tools/definitions.ts'
import { executeTool } from '../tools/execute-tool.ts'
import { replyTo } from '../tools/tool-reply.ts'
import { tools } from '../tools/tools.ts'
import { tooLong } from './body.ts'
import { invalidRequest } from './fault.ts'

interface ToolNeeds {
  readonly operations: Operations
  readonly now: () => Date
  readonly log: (line: string) => void
}

/** Bytes a call of a tool may have. */
const BODY_LIMIT = 1024 * 1024
const limit = bodyLimit({
  maxSize: BODY_LIMIT,
  onError: () => {
    throw tooLong(BODY_LIMIT)
  },
})

/** `POST /execute-tool` and `GET /tools`, where the first clients of the tools look for them. */
export const toolRoutes = (app: Hono, { operations, now, log }: ToolNeeds): void => {
  app.post('/execute-tool', limit, async (context) =>
    replyTo(
      context,
      await executeTool({
        body: await context.req.text(),
        key: context.req.header('idempotency-key'),
        operations,
        now,
        failed: (error) => log(`a tool failed: ${error instanceof Error ? error.stack : error}`),
      }),
    ),
  )
  app.get('/tools', (context) => {
    const wanted = context.req.query('format') ?? 'anthropic'
    const format = DefinitionFormats.find((one) => one === wanted)
    if (!format) throw invalidRequest([{ param: 'format', message: `must be one of ${DefinitionFormats.join(', ')}` }])
    return context.json(definitionsOf(tools, format))
  })
}
