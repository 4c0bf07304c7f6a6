import type { GatewayContext, Surface } from '../../http/gateway-app.ts'
import type { McpNeeds } from './handler.ts'

/**
 * The surface for MCP clients. `/mcp`: streamable HTTP of both protocol eras on one path. The SDK tells them apart and answers what
 * is malformed; it is loaded with the first request, for it is large, and many systems are asked nothing there.
 */
export const mcpSurface =
  (needs: McpNeeds): Surface =>
  (app, around) => {
    let handler: Promise<(context: GatewayContext) => Promise<Response>> | undefined
    app.all('/mcp', async (context) => {
      handler ??= import('./handler.ts').then(({ mcpHandler }) => mcpHandler(needs, around))
      return (await handler)(context)
    })
  }
