import { isEnded } from '../../../domain/phases.ts'
import type { StatusAnswer } from '../../answers.ts'
import { operationsForPage } from '../../http/caller.ts'
import type { GatewayApp, GatewayContext, SurfaceNeeds } from '../../http/gateway-app.ts'
import { factTypes } from './facts.ts'
import type { Tried } from './form.ts'
import { lookAt } from './look.ts'
import { may } from './may.ts'
import { respond } from './respond.ts'
import { taskView } from './task-view.ts'

/** `/task/:id`: everything about one task. */
export const taskRoutes = (app: GatewayApp, around: SurfaceNeeds): void => {
  app.get('/task/:id', (context) => showTask(context, around, context.req.param('id')))
}

/** The door's reasons; where the plan is another one by now, that is the reason a person understands. */
const inWords = ({ faults, code, tried: { values } }: Refused, { plan_hash: present }: StatusAnswer): readonly string[] => {
  const { planHash } = values
  if (code !== 409 || !planHash || !present || planHash === present) return faults
  return [
    `The plan has changed since you saw it: your decision on plan ${planHash.slice(0, 8)} was not taken. Plan ${present.slice(0, 8)} is below; decide on that.`,
  ]
}

export interface Refused {
  readonly faults: readonly string[]
  readonly code: number
  readonly tried: Tried
}

/** Shows a task as it is now; after a refused form with what was wrong. */
export const showTask = async (context: GatewayContext, around: SurfaceNeeds, id: string, refused?: Refused): Promise<Response> => {
  const look = await lookAt(operationsForPage(context, around), id)
  const { status, facts } = look
  // An id may be shortened; the address says all of it.
  if (status.id !== id && !refused) return context.redirect(`/task/${status.id}`, 302)
  const view = {
    look,
    mayDecide: may(context, 'approve'),
    maySteer: may(context, 'create', 'operate'),
    tried: refused?.tried,
    now: around.now(),
  }
  const live = isEnded(status)
    ? undefined
    : { url: `/tasks/${status.id}/events`, page: `/task/${status.id}`, events: factTypes, after: facts.at(-1)?.sequence ?? -1 }
  const frame = {
    title: status.title || status.id,
    section: 'tasks',
    body: taskView(view),
    live,
    faults: refused && inWords(refused, status),
  } as const
  return respond(context, frame, refused?.code)
}
