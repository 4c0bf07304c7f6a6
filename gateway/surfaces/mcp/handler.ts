import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server'
import { messageOf } from '../../../bus/errors.ts'
import { callerOf } from '../../http/caller.ts'
import type { GatewayContext, SurfaceNeeds } from '../../http/gateway-app.ts'
import { type Scope, Scopes } from '../../http/scopes.ts'
import type { AnyTool } from '../tools/define-tool.ts'
import { addSubscriptions, changesBy, type OnFact } from './changes.ts'
import { type McpCaller, type McpServing, mcpServer, shownPlans } from './server.ts'
import { createSessions } from './sessions.ts'

export interface McpNeeds {
  readonly tools: readonly AnyTool[]
  /** Of Cortex, for clients. */
  readonly version: string
  readonly onFact: OnFact
  /** 32 bytes of which only this system knows; the same after a restart, so that a question that was asked before can be answered. */
  readonly key: Uint8Array
}

const limits = { most: 500, ofOne: 50, idleMs: 60 * 60 * 1000 }

/** Answers the requests of MCP clients until the gateway stops. */
export const mcpHandler = (
  { tools, version, onFact, key }: McpNeeds,
  around: SurfaceNeeds,
): ((context: GatewayContext) => Promise<Response>) => {
  const report = (error: unknown): void => around.log('an MCP request failed', { error: messageOf(error) })
  const serving: McpServing = { tools, version, report, now: around.now, shown: shownPlans(key) }
  const follow = changesBy(onFact)
  // A client of the older era without a session has no line on which it could hear of changes.
  const stateless = createMcpHandler(({ authInfo, era }) => mcpServer(serving, callerFor(around, authInfo, era === 'modern')))
  const sessions = createSessions(
    (auth) => {
      const server = mcpServer(serving, callerFor(around, auth, true))
      if (auth.scopes.includes('read')) addSubscriptions(server, follow, report)
      return server
    },
    { ...limits, now: around.now },
  )
  const forget = follow((uri) => stateless.notify.resourceUpdated(uri))
  const stop = async (): Promise<void> => {
    forget()
    await Promise.all([stateless.close(), sessions.close()])
  }
  around.stopping.addEventListener('abort', () => void stop().catch(report), { once: true })

  return async (context) => {
    const { name, scopes, isLocal } = callerOf(context)
    const authInfo: AuthInfo = { token: '', clientId: name, scopes: [...scopes], extra: { isLocal } }
    const { request, body } = await readRequest(context)
    const sessionId = request.headers.get('mcp-session-id')
    if (sessionId !== null) return (await sessions.serve(sessionId, request, body, authInfo)) ?? noSession()
    if (wantsSession(body)) return sessions.open(request, body, authInfo)
    return stateless.fetch(request, { authInfo, ...(body === undefined ? {} : { parsedBody: body }) })
  }
}

/** What the server may do is what the caller may: the SDK hands on who it is as `AuthInfo`. */
const callerFor = (around: SurfaceNeeds, auth: AuthInfo | undefined, canTell: boolean): McpCaller => {
  const scopes = Scopes.filter((scope: Scope) => auth?.scopes.includes(scope))
  return {
    operations: around.operations({ name: auth?.clientId ?? 'nobody', scopes, isLocal: auth?.extra?.['isLocal'] === true }, 'mcp'),
    mayApprove: scopes.includes('approve'),
    tellsChanges: canTell && scopes.includes('read'),
  }
}

/** The request with its body as JSON; what is no JSON stays with the request, for the SDK to refuse. */
const readRequest = async ({ req }: GatewayContext): Promise<{ request: Request; body?: unknown }> => {
  const { raw } = req
  if (raw.method !== 'POST') return { request: raw }
  const text = await req.text()
  try {
    return { request: raw, body: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { request: new Request(raw.url, { method: raw.method, headers: raw.headers, body: text }) }
  }
}

/** A client of the older era that opens a connection and can ask its person. */
const wantsSession = (body: unknown): boolean => {
  const { method, params } = Object(body)
  return method === 'initialize' && Object(Object(params).capabilities).elicitation !== undefined
}

/** By this answer clients of the older era know that they have to open a new session, after a restart for example. */
const noSession = (): Response =>
  Response.json(
    { jsonrpc: '2.0', id: null, error: { code: -32_001, message: 'Session not found: open a new one with initialize' } },
    { status: 404 },
  )
