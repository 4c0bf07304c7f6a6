import { RequestFault } from '../../bus/define-service.ts'
import { withButtons } from '../../bus/next-steps.ts'
import type { CallerChannel } from '../../domain/choices.ts'
import type { Operations } from '../operations.ts'
import type { GatewayContext, HttpCaller, SurfaceNeeds } from './gateway-app.ts'

/** Who sent the request. Throws `RequestFault` 401 on a path that is open to everybody. */
export const callerOf = (context: GatewayContext): HttpCaller => {
  const caller = context.get('caller')
  if (!caller) throw new RequestFault(401, ['say who you are: Authorization: Bearer <token>'])
  return caller
}

/** The operations in the name of whoever sent the request. */
export const operationsFor = (context: GatewayContext, around: SurfaceNeeds, channel: CallerChannel = 'gateway'): Operations =>
  around.operations(callerOf(context), channel)

/** The same for a page, where buttons stand for what a chat has words for. */
export const operationsForPage = (context: GatewayContext, around: SurfaceNeeds): Operations =>
  around.operations(callerOf(context), 'gateway', withButtons)
