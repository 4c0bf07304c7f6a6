import { RequestFault } from '../../../bus/define-service.ts'
import type { CommandAnswer } from '../../answers.ts'
import { operationsFor } from '../../http/caller.ts'
import type { GatewayApp, SurfaceNeeds } from '../../http/gateway-app.ts'
import type { Operations } from '../../operations.ts'
import { type FormValues, textsOf } from './form.ts'
import { faultOf, seeOther } from './respond.ts'
import { showTask } from './task.ts'

type Act = (operations: Operations, id: string, values: FormValues) => Promise<CommandAnswer>

/** What a form of a task's page asks for. A decision always names the plan that was on the page. */
const acts: Readonly<Record<string, Act>> = {
  approve: (operations, id, values) => operations.approve({ id, planHash: values['yardstick'] || hashOf(values) }),
  reject: (operations, id, values) => operations.reject({ id, planHash: hashOf(values), reason: values['reason'] ?? '' }),
  question: (operations, id, values) => operations.question({ id, planHash: hashOf(values), wish: values['wish'] ?? '' }),
  cancel: (operations, id, values) => operations.cancel({ id, reason: values['reason'] ?? '' }),
  retry: (operations, id, values) =>
    operations.retry({ id, guidance: values['guidance'] ?? '', ...(values['mendBase'] ? { mendBase: true } : {}) }),
  prioritise: (operations, id, values) => operations.prioritise({ id, priority: Number(values['priority']) }),
}

const hashOf = ({ planHash }: FormValues): string => {
  if (!planHash) throw new RequestFault(400, ['which plan? the form must carry its hash'])
  return planHash
}

/** `POST /task/:id/approve` and the like: done, then back to the task; refused, then the task as it is now with the reason. */
export const decisionRoutes = (app: GatewayApp, around: SurfaceNeeds): void => {
  for (const [action, act] of Object.entries(acts)) {
    app.post(`/task/:id/${action}`, async (context) => {
      const id = context.req.param('id')
      const values = await textsOf(context)
      try {
        const answer = await act(operationsFor(context, around), id, values)
        return seeOther(context, `/task/${answer.id}`, answer.outcome === 'pending' ? 'pending' : action)
      } catch (error) {
        const { faults, code } = faultOf(error)
        if (code === 404) throw error
        return showTask(context, around, id, { faults, code, tried: { action, values } })
      }
    })
  }
}
