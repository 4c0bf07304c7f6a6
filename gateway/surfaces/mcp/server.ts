import { createRequestStateCodec, McpServer, type RequestStateCodec, type StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import type { Operations } from '../../operations.ts'
import type { AnyTool } from '../tools/define-tool.ts'
import { instructions } from './instructions.ts'
import { mcpTools } from './mcp-tool.ts'
import { canAsk, type ShownPlan } from './plan-review.ts'
import { addResources } from './resources.ts'
import { answerInWords } from './tool-answer.ts'

export interface McpServing {
  readonly tools: readonly AnyTool[]
  readonly shown: RequestStateCodec<ShownPlan>
  readonly version: string
  readonly now: () => Date
  /** Hears what failed for no fault of a request. */
  readonly report: (error: unknown) => void
}

/** In whose name a server works. */
export interface McpCaller {
  readonly operations: Operations
  readonly mayApprove: boolean
  /** Changes of resources are told to who wants to hear of them. */
  readonly tellsChanges?: boolean
}

/** Long enough for a person to read a plan and think, in seconds. */
const QUESTION_SECONDS = 3600

/** Signs which plan was shown, for the same caller. The key must be the same in every process that may get the answer. */
export const shownPlans = (key: Uint8Array): RequestStateCodec<ShownPlan> =>
  createRequestStateCodec<ShownPlan>({
    key,
    ttlSeconds: QUESTION_SECONDS,
    bind: ({ mcpReq, http }) => `${mcpReq.method}\0${http?.authInfo?.clientId ?? ''}`,
  })

/** One MCP server with all tools and resources in one caller's name, for any transport and either protocol era. */
export const mcpServer = (
  { tools, shown, version, now, report }: McpServing,
  { operations, mayApprove, tellsChanges = false }: McpCaller,
): McpServer => {
  const server = new McpServer(
    { name: 'cortex', title: 'Cortex', version },
    {
      instructions,
      capabilities: { tools: { listChanged: false }, resources: { listChanged: false, subscribe: tellsChanges } },
      cacheHints: { 'tools/list': { ttlMs: 3_600_000, cacheScope: 'public' } },
      requestState: { verify: shown.verify },
      inputRequired: { roundTimeoutMs: QUESTION_SECONDS * 1000 },
    },
  )
  for (const { name, title, description, input, answer, readOnly, idempotent, destructive = false, run } of mcpTools(tools))
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: described(input),
        ...(answer ? { outputSchema: described(answer) } : {}),
        annotations: {
          readOnlyHint: readOnly,
          idempotentHint: idempotent,
          destructiveHint: destructive,
          openWorldHint: false,
        },
      },
      (given, context) =>
        answerInWords(
          () => run(given, context, { operations, shown, mayApprove, now, canAsk: canAsk(context, server.server.getClientCapabilities()) }),
          report,
        ),
    )
  addResources(server, operations, report)
  return server
}

/** Tells clients the schema and lets everything through: the tool itself judges, and names all faults at once. */
const described = (schema: z.ZodType): StandardSchemaWithJSON => ({
  '~standard': { ...schema['~standard'], validate: (value: unknown) => ({ value }) },
})
