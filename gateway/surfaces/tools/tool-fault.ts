import type { GatewayContext } from '../../http/gateway-app.ts'
import { faultAnswer, faultOf } from '../../http/request-faults.ts'

/** Where tools are run. */
export const EXECUTE_PATH = '/execute-tool'

/** What refuses a request before it comes to a tool reads as if the tool had refused it. */
export const toolFault = (context: GatewayContext, error: Error): Response | undefined =>
  context.req.path === EXECUTE_PATH ? faultAnswer(context, faultOf(error), { success: false }) : undefined
