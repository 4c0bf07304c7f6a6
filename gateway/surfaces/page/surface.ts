import { html } from 'hono/html'
import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayApp, GatewayContext, Surface } from '../../http/gateway-app.ts'
import { assetRoutes } from './assets.ts'
import { changeRoutes } from './changes.ts'
import { decisionRoutes } from './decisions.ts'
import { diffRoutes } from './diff-page.ts'
import { lessonRoutes } from './lessons.ts'
import { loginRoutes } from './login.ts'
import { logRoutes } from './logs-page.ts'
import type { PageNeeds } from './needs.ts'
import { newTaskRoutes } from './new-task.ts'
import { respond } from './respond.ts'
import { statisticsRoutes } from './statistics.ts'
import { systemRoutes } from './system.ts'
import { taskRoutes } from './task.ts'
import { taskListRoutes } from './tasks.ts'

const paths = ['/', '/new', '/task/*', '/system', '/system/*', '/statistics', '/learned', '/lesson/*', '/login']

/** The page for people: server-rendered, works without scripts, and is kept true by server-sent events where there are some. */
export const pageSurface =
  (needs: PageNeeds): Surface =>
  (app, around) => {
    faultPages(app)
    assetRoutes(app)
    loginRoutes(app, needs)
    changeRoutes(app, around, needs)
    for (const routes of [taskListRoutes, taskRoutes, decisionRoutes, diffRoutes, logRoutes, systemRoutes, lessonRoutes])
      routes(app, around)
    newTaskRoutes(app, around, needs)
    statisticsRoutes(app, around, needs)
  }

/** What the app answers as JSON people get as a page. */
const faultPages = (app: GatewayApp): void => {
  for (const path of paths)
    app.use(path, async (context, next) => {
      await next()
      if (context.error) context.res = await faultPage(context, context.error)
    })
}

const faultPage = (context: GatewayContext, error: Error): Promise<Response> => {
  const code = error instanceof RequestFault ? error.code : context.res.status
  const faults = error instanceof RequestFault ? error.faults : ['Cortex failed at this; its log says why, under the request id below.']
  const body = html`<div class="empty"><h1>${titles[code] ?? 'This did not work'}</h1>${faults.map((fault) => html`<p>${fault}</p>`)}
<p><a class="button" href="/">Back to the tasks</a></p><p class="quiet">Request <code>${context.get('requestId') ?? ''}</code></p></div>`
  return respond(context, { title: titles[code] ?? 'Error', section: 'tasks', body }, code)
}

const titles: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not now',
  429: 'Too much at once',
  503: 'The bus is away',
}
