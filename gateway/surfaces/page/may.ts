import { callerOf } from '../../http/caller.ts'
import type { GatewayContext } from '../../http/gateway-app.ts'
import type { Scope } from '../../http/scopes.ts'

/** Whether to offer something to whoever looks; what is really allowed the operations check. */
export const may = (context: GatewayContext, ...scopes: readonly Scope[]): boolean => {
  const caller = callerOf(context)
  return caller.isLocal || scopes.some((scope) => caller.scopes.includes(scope))
}
