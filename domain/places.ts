import { isAtWork, phases } from './phases.ts'
import { isApproved, type Task } from './task.ts'

/** Tasks that hold a place. One that waits for a person at the gate holds none: people may take their time. */
export const holdsPlace = (task: Task): boolean => isAtWork(task.phase)

/** Tasks that could go on at once if there were a place. */
export const waitsForPlace = (task: Task): boolean => phases[task.phase].place === 'waits' || (task.phase === 'gate' && isApproved(task))

/** How many tasks may run at once, over all and in a project. */
export interface PlaceLimits {
  readonly limits: { readonly tasks: number; readonly tasks_per_project: number }
  readonly projects: Readonly<Record<string, { readonly tasks?: number | undefined }>>
}

/** How many tasks of a project may run at once. */
export const limitOf = (project: string | undefined, config: PlaceLimits): number =>
  project ? (config.projects[project]?.tasks ?? config.limits.tasks_per_project) : Number.POSITIVE_INFINITY

/** Places that nobody holds, over all. */
export const freePlaces = (tasks: readonly Task[], { limits }: PlaceLimits): number => limits.tasks - tasks.filter(holdsPlace).length

/** Which waiting tasks may start now: by priority, then age, within the limits over all and per project. Pure. */
export const startable = (tasks: readonly Task[], config: PlaceLimits): Task[] => {
  const starts: Task[] = []
  const free = freePlaces(tasks, config)
  if (free <= 0) return starts
  const perProject = new Map<string, number>()
  const take = ({ routed }: Task): void => {
    if (routed?.project) perProject.set(routed.project, (perProject.get(routed.project) ?? 0) + 1)
  }
  const hasRoom = ({ routed }: Task): boolean => !routed?.project || (perProject.get(routed.project) ?? 0) < limitOf(routed.project, config)
  tasks.filter(holdsPlace).forEach(take)
  const waiting = new Set(tasks.filter(waitsForPlace))
  while (starts.length < free) {
    const next = firstOf(waiting, hasRoom)
    if (!next) break
    waiting.delete(next)
    take(next)
    starts.push(next)
  }
  return starts
}

/** Few places get free at a time, and thousands of tasks may wait: the first is looked for, not all put in order. */
const firstOf = (waiting: Iterable<Task>, mayStart: (task: Task) => boolean): Task | undefined => {
  let first: Task | undefined
  for (const task of waiting) if (mayStart(task) && (!first || inOrder(task, first) < 0)) first = task
  return first
}

const inOrder = (a: Task, b: Task): number => a.priority - b.priority || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id)

/** What a task that gets a place begins with. */
export const stageOf = (task: Task): 'plan' | 'code' | 'answer' => {
  if (task.phase === 'gate') return 'code'
  return task.routed?.workflow === 'answer' ? 'answer' : 'plan'
}
