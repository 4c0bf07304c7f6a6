import { RequestFault } from '../../bus/define-service.ts'
import { isId } from '../../bus/subjects.ts'
import { initialTask, type Task } from '../../domain/task.ts'
import type { StatusAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { resolveId } from './resolve-id.ts'
import { taskAtDoor } from './task-at-door.ts'
import { taskStatus } from './task-status.ts'

/** The task that a perhaps shortened id means. Throws `RequestFault` 404 when there is none, 409 with the candidates when there are several. */
export const findTask = async (context: ServiceContext, given: string): Promise<Task> => {
  const exact = isId(given) ? await knownTask(context, given) : undefined
  if (exact) return exact
  const refused = context.admissions.refusalOf(given)
  const unknown = new RequestFault(
    404,
    refused ? [`there is no task "${given}": the door refused it`, ...refused] : [`there is no task "${given}"`],
  )
  if (!isId(given)) throw unknown
  const open = (await context.openTasks()).map(({ id }) => id)
  const listed = await Promise.all([context.views.ids(given), context.views.ids(`task-${given}`)])
  const resolved = resolveId(given, [...open, ...listed.flat()])
  if (resolved.kind === 'none') throw unknown
  if (resolved.kind === 'many')
    throw new RequestFault(409, [`"${given}" may be ${resolved.ids.length} tasks: ${resolved.ids.slice(0, 20).join(', ')}`])
  const task = await context.task(resolved.id)
  if (!task) throw unknown
  return task
}

/** How long a task that may still stand at the door is waited for. */
const DOOR_MS = 2000

/** The task with exactly this id. It is there from the door's confirmation on: before nobody knows it, the door is waited for and looked at. */
export const knownTask = async (context: ServiceContext, id: string): Promise<Task | undefined> => {
  const known = await context.task(id)
  if (known) return known
  const undecided = await context.decided(DOOR_MS)
  return (await context.task(id)) ?? taskAtDoor(id, undecided)
}

/** Tells the state of any task with what it depends on, as of now. */
export const statusTeller = async (context: ServiceContext): Promise<(task: Task) => Promise<StatusAnswer>> => {
  const [openTasks, lane] = await Promise.all([context.openTasks(), context.lane()])
  const around = { now: context.now().toISOString(), openTasks, config: context.services.config, running: context.running(), lane }
  const looks = new Map(openTasks.map((task) => [task.id, Promise.resolve(task)]))
  const look = (id: string): Promise<Task> => {
    const known = looks.get(id) ?? context.task(id).then((task) => task ?? initialTask(id))
    looks.set(id, known)
    return known
  }
  return async (task) => {
    const awaited = task.phase === 'blocked' ? await Promise.all(task.waitingFor.map(look)) : []
    return taskStatus(task, { ...around, awaited, pauses: task.end ? [] : await context.functions.pausesAround(task.id) })
  }
}

/** The task's state with what it depends on, as of now. */
export const statusNow = async (context: ServiceContext, task: Task): Promise<StatusAnswer> => (await statusTeller(context))(task)
