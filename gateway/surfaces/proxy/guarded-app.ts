import { type Context, Hono } from 'hono'
import { ClientGone } from './attendance.ts'
import { contractError, errorHeaders, openaiError, toolError } from './error-body.ts'
import { ProxyFault } from './fault.ts'
import { crossOrigin, hostGuard, originGuard, sizeGuard, tokenGuard } from './guards.ts'
import { faultOf } from './job-fault.ts'
import type { ProxySettings } from './settings.ts'

/** An app that lets through only who may ask, and tells every fault in the words of the API that was asked; `routes` names what there is. */
export const guardedApp = (settings: ProxySettings, log: (line: string) => void, routes: string): Hono => {
  const app = new Hono()
  app.onError((error, context) => failed(error, context, log))
  app.notFound((context) => answerFault(notFound(context, routes), context))
  app.use(hostGuard(settings), originGuard(settings), crossOrigin(settings), tokenGuard(settings), sizeGuard(settings))
  return app
}

const failed = (error: Error, context: Context, log: (line: string) => void): Response => {
  // Nobody reads it: the connection is gone.
  if (error instanceof ClientGone) return new Response(null, { status: 499 })
  return answerFault(faultOf(error, log), context)
}

const notFound = ({ req }: Context, routes: string): ProxyFault =>
  new ProxyFault({
    status: 404,
    code: 'NOT_FOUND',
    message: `There is no ${req.method} ${req.path.slice(0, 200)} here. There are ${routes}.`,
  })

/** Each API has its own shape of an error. */
const answerFault = (fault: ProxyFault, context: Context): Response =>
  context.json(bodyOf(fault, context.req.path), fault.fields.status, errorHeaders(fault))

const bodyOf = (fault: ProxyFault, path: string): object => {
  if (path.startsWith('/async/')) return { status: 'error', error: contractError(fault) }
  return path === '/execute-tool' ? toolError(fault) : openaiError(fault)
}
