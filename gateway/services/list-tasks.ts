import { marked } from '../../bus/noted-steps.ts'
import type { ListedTask, ListFilter } from '../../functions/views/queries.ts'
import type { ListAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { statusTeller } from './find-task.ts'

type Row = ListAnswer['tasks'][number]

/** Tasks, newest first; with `reasons` each open one says where it is by its own state, which is newer than the list, and why it waits. */
export const listTasks = async (context: ServiceContext, { reasons, ...wish }: ListFilter & { reasons: boolean }): Promise<ListAnswer> => {
  const rows = (await context.views.list(wish)).map(rowOf)
  if (!reasons) return { tasks: rows }
  const [openTasks, tell] = await Promise.all([context.openTasks(), statusTeller(context)])
  const open = new Map(openTasks.map((task) => [task.id, task]))
  const withReason = async (row: Row): Promise<Row> => {
    const task = open.get(row.id)
    if (!task) return row
    const { status, phase, priority, why, waiting_for } = await tell(task)
    return { ...row, status, phase, priority, why, waiting_for }
  }
  return { tasks: await Promise.all(rows.map(withReason)) }
}

const rowOf = ({ nextSteps, ...row }: ListedTask): Row => (nextSteps === null ? row : marked({ ...row, nextSteps: JSON.parse(nextSteps) }))
