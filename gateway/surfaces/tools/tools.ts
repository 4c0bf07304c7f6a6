import approvePlan from './approve-plan.ts'
import cancelTask from './cancel-task.ts'
import createTask from './create-task.ts'
import type { AnyTool } from './define-tool.ts'
import getMetrics from './get-metrics.ts'
import getTaskStatus from './get-task-status.ts'
import getTaskStatuses from './get-task-statuses.ts'
import getTasks from './get-tasks.ts'
import listAgents from './list-agents.ts'
import rejectPlan from './reject-plan.ts'
import retryTask from './retry-task.ts'

/** Every tool, in the order in which a model reads them. */
export const tools: readonly AnyTool[] = [
  createTask,
  getTaskStatus,
  getTaskStatuses,
  getTasks,
  cancelTask,
  retryTask,
  approvePlan,
  rejectPlan,
  listAgents,
  getMetrics,
]
