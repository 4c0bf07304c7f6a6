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

/** Which waiting tasks may start now: by priority, then age, within the limits over all and per project. Pure. */
export const startable = (tasks: readonly Task[], config: PlaceLimits): Task[] => {
  const busy = tasks.filter(holdsPlace)
  const perProject = new Map<string, number>()
  for (const { routed } of busy) if (routed?.project) perProject.set(routed.project, (perProject.get(routed.project) ?? 0) + 1)
  let free = config.limits.tasks - busy.length
  const waiting = tasks
    .filter(waitsForPlace)
    .sort((a, b) => a.priority - b.priority || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id))
  return waiting.filter(({ routed }) => {
    const project = routed?.project
    const used = project ? (perProject.get(project) ?? 0) : 0
    if (free <= 0 || used >= limitOf(project, config)) return false
    free--
    if (project) perProject.set(project, used + 1)
    return true
  })
}

/** What a task that gets a place begins with. */
export const stageOf = (task: Task): 'plan' | 'code' | 'answer' => {
  if (task.phase === 'gate') return 'code'
  return task.routed?.workflow === 'answer' ? 'answer' : 'plan'
}
