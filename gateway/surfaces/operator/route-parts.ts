import { z } from '@hono/zod-openapi'
import { RequestFault } from '../../../bus/define-service.ts'
import { Id } from '../../../domain/catalogue/shared.ts'
import { callerOf } from '../../http/caller.ts'
import type { GatewayContext } from '../../http/gateway-app.ts'

/** Pieces that the descriptions of the operator's routes are made of. */

export const TaskIdParam = z.object({ id: Id.describe('the id of a task; it may be shortened as long as it means one') })

/** Throws `RequestFault` 403 when the caller may not read: for what is asked of the views directly. */
export const mayRead = (context: GatewayContext): void => {
  const { name, scopes } = callerOf(context)
  if (!scopes.includes('read')) throw new RequestFault(403, [`"${name}" may not read`])
}
