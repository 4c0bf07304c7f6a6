import { callerOf } from './caller.ts'
import type { GatewayApp, Surface } from './gateway-app.ts'

/** What a port is, at the head of its document. */
interface Head {
  readonly title: string
  readonly description: string
  /** The version in package.json. */
  readonly version: string
}

/** `GET /openapi.json`, made when it is asked for: every surface has added its routes by then. Who needs a token reads that, too. */
export const documentSurface =
  (head: Head): Surface =>
  (app) => {
    app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
      type: 'http',
      scheme: 'bearer',
      description: 'a token of `cortex token create`',
    })
    app.get('/openapi.json', (context) => context.json(documentOf(app, head, !callerOf(context).isLocal)))
  }

const documentOf = (app: GatewayApp, head: Head, needsToken: boolean) =>
  app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { ...head, license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT' } },
    servers: [{ url: '/', description: 'where this document was read' }],
    security: needsToken ? [{ token: [] }] : [{}, { token: [] }],
  })
