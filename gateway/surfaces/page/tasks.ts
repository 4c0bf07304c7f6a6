import { operationsForPage } from '../../http/caller.ts'
import type { GatewayApp, GatewayContext, SurfaceNeeds } from '../../http/gateway-app.ts'
import { faultOf, respond } from './respond.ts'
import { type Filter, tasksView } from './tasks-view.ts'

/** Tasks on one page. */
const PAGE = 50

/** `/`: tasks, newest first, with why each open one waits. */
export const taskListRoutes = (app: GatewayApp, around: SurfaceNeeds): void => {
  app.get('/', async (context) => {
    const filter = filterOf(context)
    const projects = Object.keys(around.config.projects)
    const frame = { title: 'Tasks', section: 'tasks', live: { url: '/changes', events: ['changed'] } } as const
    try {
      const { offset, ...wish } = filter
      // One more than is shown tells whether there is a next page.
      const { tasks } = await operationsForPage(context, around).list({ ...withoutBlanks(wish), limit: PAGE + 1, offset, reasons: true })
      const body = tasksView({ rows: tasks.slice(0, PAGE), filter, projects, page: PAGE, hasMore: tasks.length > PAGE, now: around.now() })
      return respond(context, { ...frame, body })
    } catch (error) {
      const { faults, code } = faultOf(error)
      const body = tasksView({ rows: [], filter, projects, page: PAGE, hasMore: false, now: around.now() })
      return respond(context, { ...frame, body, faults }, code)
    }
  })
}

const filterOf = ({ req }: GatewayContext): Filter => {
  const offset = Number(req.query('offset') ?? 0)
  return {
    status: req.query('status') ?? '',
    project: req.query('project') ?? '',
    priority: req.query('priority') ?? '',
    search: (req.query('search') ?? '').trim(),
    offset: Number.isSafeInteger(offset) && offset > 0 ? offset : 0,
  }
}

const withoutBlanks = ({ status, project, priority, search }: Omit<Filter, 'offset'>) => ({
  ...(status ? { status } : {}),
  ...(project ? { project } : {}),
  ...(priority ? { priority: Number(priority) } : {}),
  ...(search ? { search } : {}),
})
