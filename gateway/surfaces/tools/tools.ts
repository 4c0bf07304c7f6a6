import { type Declared, declared } from '../../operations.ts'
import createTask from './create-task.ts'
import type { AnyTool } from './define-tool.ts'
import getMetrics from './get-metrics.ts'
import getTaskStatus from './get-task-status.ts'
import getTaskStatuses from './get-task-statuses.ts'
import getTasks from './get-tasks.ts'
import listAgents from './list-agents.ts'
import { operationTools } from './operation-tools.ts'

/** Every tool, in the order in which a model reads them: those with words of their own, and between them what operations say of themselves. */
export const toolsOf = (all: Declared): readonly AnyTool[] => [
  createTask,
  getTaskStatus,
  getTaskStatuses,
  getTasks,
  ...operationTools(all),
  listAgents,
  getMetrics,
]

export const tools = toolsOf(declared)

/** The tools that a model is offered where no person is asked: those that decide on plans only where the operator wants it. */
export const offered = (all: readonly AnyTool[], { deciding }: { readonly deciding: boolean }): readonly AnyTool[] =>
  deciding ? all : all.filter(({ decides }) => !decides)
