import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayApp, SurfaceNeeds } from '../../http/gateway-app.ts'
import { may } from './may.ts'
import type { PageNeeds } from './needs.ts'
import { respond } from './respond.ts'
import { statisticsView } from './statistics-view.ts'

const DAY_MS = 86_400_000
const spans = [7, 30, 90] as const

/** `/statistics`: what became of tasks, how long stages took, what it cost. */
export const statisticsRoutes = (app: GatewayApp, around: SurfaceNeeds, { statistics }: Pick<PageNeeds, 'statistics'>): void => {
  app.get('/statistics', async (context) => {
    if (!may(context, 'read')) throw new RequestFault(403, ['this token may not read (scope read)'])
    const days = spans.find((one) => String(one) === context.req.query('days')) ?? 30
    const today = around.now().toISOString().slice(0, 10)
    const first = new Date(Date.parse(today) - (days - 1) * DAY_MS)
    const names = Array.from({ length: days }, (_, index) => new Date(first.getTime() + index * DAY_MS).toISOString().slice(0, 10))
    const body = statisticsView({ statistics: await statistics(first.toISOString()), days: names, spans, chosen: days })
    return respond(context, { title: 'Statistics', section: 'statistics', body })
  })
}
