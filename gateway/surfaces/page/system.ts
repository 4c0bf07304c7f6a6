import { html } from 'hono/html'
import { operationsFor } from '../../http/caller.ts'
import type { GatewayApp, GatewayContext, SurfaceNeeds } from '../../http/gateway-app.ts'
import type { Operations } from '../../operations.ts'
import { lanesOf } from '../operator/lanes.ts'
import { deadLettersView, deadLetterView } from './dead-letters-view.ts'
import { may } from './may.ts'
import { part } from './part.ts'
import { offsetOf } from './pieces.ts'
import { faultOf, respond, seeOther } from './respond.ts'
import { functionsView, lanesView, overview } from './system-view.ts'

/** `/system`: lanes, functions with their queues, and what was given up; an operator pauses, resumes and redrives. */
export const systemRoutes = (app: GatewayApp, around: SurfaceNeeds): void => {
  app.get('/system', (context) => showSystem(context, around))
  app.get('/system/dead/:number', async (context) => {
    const letter = await operationsFor(context, around).deadLetter({
      number: Number(context.req.param('number')),
      offset: offsetOf(context),
    })
    const body = deadLetterView(letter, may(context, 'operate'), around.now())
    return respond(context, { title: `Dead letter ${letter.number}`, section: 'system', body })
  })
  const on = (path: string, done: string, act: (operations: Operations, context: GatewayContext) => Promise<unknown>): void =>
    void app.post(path, async (context) => {
      try {
        await act(operationsFor(context, around), context)
        return seeOther(context, '/system', done)
      } catch (error) {
        return showSystem(context, around, faultOf(error))
      }
    })
  on('/system/functions/:name/pause', 'paused', (operations, context) => operations.pause({ name: nameIn(context) }))
  on('/system/functions/:name/resume', 'resumed', (operations, context) => operations.resume({ name: nameIn(context) }))
  on('/system/dead/:number/redrive', 'redriven', (operations, context) =>
    operations.redrive({ number: Number(context.req.param('number')) }),
  )
}

const nameIn = ({ req }: GatewayContext): string => req.param('name') ?? ''

/** Dead letters on the page; the others are counted. */
const LETTERS = 50

const showSystem = async (
  context: GatewayContext,
  around: SurfaceNeeds,
  fault?: { faults: readonly string[]; code: number },
): Promise<Response> => {
  const operations = operationsFor(context, around)
  const mayOperate = may(context, 'operate')
  const now = around.now()
  const [system, functions] = [operations.system(), operations.functions()]
  const both = Promise.all([system, functions])
  const parts = await Promise.all([
    part(system, (answer) => overview(answer, now)),
    part(both, ([look, { functions: all }]) => lanesView(lanesOf(around.config.lanes, look, all, around.told), now)),
    part(functions, (answer) => functionsView(answer, mayOperate, now)),
    part(operations.deadLetters({ limit: LETTERS, offset: 0 }), (answer) => deadLettersView(answer, mayOperate, now)),
  ])
  const body = html`<div class="head"><h1>System</h1></div>${parts}`
  const live = { url: '/changes', page: '/system', events: ['changed'] }
  return respond(context, { title: 'System', section: 'system', body, live, faults: fault?.faults }, fault?.code)
}
