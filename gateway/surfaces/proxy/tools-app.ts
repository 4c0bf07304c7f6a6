import type { Hono } from 'hono'
import type { Operations } from '../../operations.ts'
import { guardedApp } from './guarded-app.ts'
import type { ProxySettings } from './settings.ts'
import { toolRoutes } from './tool-routes.ts'

export interface ToolsAppDependencies {
  readonly operations: Operations
  readonly settings: ProxySettings
  readonly log: (line: string) => void
  readonly now?: () => Date
}

/** What is served in the model proxy's place where there is no browser lane: the tools and `/health`. */
export const toolsApp = ({ operations, settings, log, now = () => new Date() }: ToolsAppDependencies): Hono => {
  const app = guardedApp(settings, log, 'POST /execute-tool, GET /tools and GET /health; models need a browser lane ([lanes.browser])')
  app.get('/health', (context) => context.json({ status: 'ok', lane: null }))
  toolRoutes(app, { operations, now, log })
  return app
}
