import type { Context } from 'hono'
import type { GatewayApp } from '../../http/gateway-app.ts'
import { addDescribed } from '../../http/route-parts.ts'
import { healthRoute } from './described/health.ts'
import { ProxyFault } from './fault.ts'
import type { RouteNeeds } from './route-needs.ts'

/** `GET /`, `/health` and `/debug/worker-state`. */
export const healthRoutes = (app: GatewayApp, { jobs, log }: RouteNeeds): void => {
  const health = async (context: Context) => {
    try {
      const [lane, { depth, limit, running }] = await Promise.all([jobs.lane(), jobs.queue()])
      return context.json({ status: 'ok', lane, queue: { depth, limit, running: running ? 1 : 0 } })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log(`health: ${reason}`)
      return context.json({ status: 'unavailable', reason }, 503)
    }
  }
  app.get('/', health)
  addDescribed(app, healthRoute, health)
  app.get('/debug/worker-state', async (context) => context.json(await workerState(jobs)))
}

const workerState = async (jobs: RouteNeeds['jobs']): Promise<object> => {
  try {
    return await jobs.workerState()
  } catch (error) {
    const message = `The browser worker does not answer: ${error instanceof Error ? error.message : error}`
    throw new ProxyFault({ status: 503, code: 'UPSTREAM_UNAVAILABLE', message, retryable: true }, { cause: error })
  }
}
