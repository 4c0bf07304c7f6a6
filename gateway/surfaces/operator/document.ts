import { callerOf } from '../../http/caller.ts'
import type { GatewayApp, Surface } from '../../http/gateway-app.ts'
import type { OperatorNeeds } from './needs.ts'

const DESCRIPTION =
  'Cortex plans a task, lets a person approve the plan, carries it out, has it reviewed by another model, scans and checks it. ' +
  'On loopback no token is needed; else every request carries one (`cortex token create`). Every error is `Error`.'

/** `GET /openapi.json`, made when it is asked for: every surface has added its routes by then. Who needs a token reads that, too. */
export const documentRoute =
  ({ version }: Pick<OperatorNeeds, 'version'>): Surface =>
  (app) => {
    app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
      type: 'http',
      scheme: 'bearer',
      description: 'a token of `cortex token create`',
    })
    app.get('/openapi.json', (context) => context.json(documentOf(app, version, !callerOf(context).isLocal)))
  }

const documentOf = (app: GatewayApp, version: string, needsToken: boolean) =>
  app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Cortex', version, description: DESCRIPTION, license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT' } },
    servers: [{ url: '/', description: 'where this document was read' }],
    security: needsToken ? [{ token: [] }] : [{}, { token: [] }],
  })
