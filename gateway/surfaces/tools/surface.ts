import { createRoute, z } from '@hono/zod-openapi'
import { RequestFault } from '../../../bus/define-service.ts'
import { DefinitionFormats } from '../../../domain/choices.ts'
import { operationsFor } from '../../http/caller.ts'
import { commonAnswers } from '../../http/error-answer.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { faultAnswer } from '../../http/request-faults.ts'
import { sizeGuard } from '../../http/size-guard.ts'
import type { AnyTool } from './define-tool.ts'
import { definitionsOf, inputSchema } from './definitions.ts'
import { executeTool } from './execute-tool.ts'
import { EXECUTE_PATH } from './tool-fault.ts'
import { tools as allTools, offered } from './tools.ts'

const Failed = z
  .object({
    error: z.string().describe('all faults in one sentence'),
    success: z.literal(false),
    faults: z.array(z.string()).optional(),
  })
  .openapi('ToolFailed')
const refused = (description: string) => ({ description, content: { 'application/json': { schema: Failed } } })

/** One of the tools by its name, with what it takes. */
const callSchema = (tools: readonly AnyTool[]) => ({
  oneOf: tools.map((tool) => ({
    type: 'object' as const,
    title: tool.title,
    description: tool.description,
    properties: { tool_name: { type: 'string' as const, const: tool.name }, tool_input: inputSchema(tool) },
    required: ['tool_name'],
  })),
})

const executeRoute = (tools: readonly AnyTool[]) =>
  createRoute({
    method: 'post',
    path: EXECUTE_PATH,
    operationId: 'executeTool',
    tags: ['tools'],
    summary: 'Runs a tool',
    request: {
      headers: z.object({
        'idempotency-key': z.string().max(255).optional().describe('the same creation again within a day is the same task'),
      }),
      body: { required: true, content: { 'application/json': { schema: callSchema(tools) } } },
    },
    responses: {
      200: {
        description: "The tool's answer: its fields, and once more as `result` unless it has a `result` of its own",
        content: { 'application/json': { schema: z.looseObject({ success: z.literal(true), result: z.unknown() }) } },
      },
      ...commonAnswers,
      400: refused('There is no such tool, or its input is wrong'),
      409: refused('A rule refuses it as things stand'),
      500: refused('Cortex failed at it; its log says why'),
    },
  })

const definitionsRoute = createRoute({
  method: 'get',
  path: '/tools',
  operationId: 'listTools',
  tags: ['tools'],
  summary: 'The definitions of all tools, to paste into a chat backend',
  request: { query: z.strictObject({ format: z.enum(DefinitionFormats).default('anthropic') }) },
  responses: {
    200: { description: 'Definitions', content: { 'application/json': { schema: z.array(z.looseObject({})) } } },
    ...commonAnswers,
  },
})

const FAILED = new RequestFault(500, ['cortex failed at this request; its log says why'])

/** Bytes that a call of a tool may have, also where longer bodies are taken. */
const MOST_BYTES = 1024 * 1024

/** `POST /execute-tool` and `GET /tools`. */
export const toolSurface =
  (all = allTools): Surface =>
  (app, around) => {
    const tools = offered(all, { deciding: around.config.gateway.deciding_tools })
    // Read here and not by the route: whoever asks this way gets `success: false` for every fault.
    app.openAPIRegistry.registerPath(executeRoute(tools))
    app.post(EXECUTE_PATH, sizeGuard(MOST_BYTES), async (context) => {
      const operations = operationsFor(context, around)
      const call = {
        tools,
        withheld: all,
        body: await context.req.text(),
        key: context.req.header('idempotency-key'),
        operations,
        now: around.now,
      }
      try {
        return context.json(await executeTool(call))
      } catch (error) {
        if (!(error instanceof RequestFault))
          around.log('a tool failed', { request: context.get('requestId'), error: error instanceof Error ? error.stack : String(error) })
        return faultAnswer(context, error instanceof RequestFault ? error : FAILED, { success: false })
      }
    })
    app.openapi(definitionsRoute, (context) => context.json(definitionsOf(tools, context.req.valid('query').format) as never, 200))
  }
