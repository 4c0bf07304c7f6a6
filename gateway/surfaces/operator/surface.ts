import { documentSurface } from '../../http/document.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { dispatchRoutes } from './dispatches.ts'
import { healthRoute } from './health.ts'
import { laneRoutes } from './lanes.ts'
import { metricsRoute } from './metrics.ts'
import type { OperatorNeeds } from './needs.ts'
import { projectRoutes } from './projects.ts'
import { recommendationRoute } from './recommendations.ts'
import { statusRoute } from './status.ts'
import { workflowRoutes } from './workflows.ts'

const DESCRIPTION =
  'Cortex plans a task, lets a person approve the plan, carries it out, has it reviewed by another model, scans and checks it. ' +
  'On loopback no token is needed; else every request carries one (`cortex token create`). Every error is `Error`.'

/** The operator's API: workflows, what the system does and how it is. */
export const operatorSurface =
  (needs: OperatorNeeds): Surface =>
  (app, around) => {
    workflowRoutes(app, around)
    statusRoute(needs)(app, around)
    healthRoute(needs)(app, around)
    projectRoutes(app, around)
    dispatchRoutes(needs)(app, around)
    recommendationRoute(needs)(app, around)
    metricsRoute(needs)(app, around)
    laneRoutes(app, around)
    documentSurface({ title: 'Cortex', description: DESCRIPTION, version: needs.version })(app, around)
  }
