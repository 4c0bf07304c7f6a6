import type { Fact } from '../../domain/fact.ts'
import { phases } from '../../domain/phases.ts'
import type { Task } from '../../domain/task.ts'
import { mayReview, withLaneReviewers } from '../review/reviewers.ts'
import type { Settings } from '../settings.ts'

type Routed = Fact<'task.routed'>['data']

/** The coordinator's rule: which workflow, who plans, who writes, who reviews. Agents come from `[masters.<category>]`, then `[masters.default]`, then by role; where no agent may review, a lane does. */
export const route = (task: Task, config: Pick<Settings, 'masters' | 'agents' | 'lanes' | 'gate'>): Routed => {
  const { category = 'general', project, workflow = project ? 'change' : 'answer' } = task.created ?? {}
  const master = { ...config.masters.default, ...config.masters[category] }
  const known = withLaneReviewers(config)
  const able = (role: 'plan' | 'implement' | 'review' | 'answer') =>
    Object.keys(known).filter((name) => known[name]?.roles?.includes(role) ?? true)
  const implementer = master.implementer ?? able('implement')[0] ?? 'none'
  return {
    master: `${category}-master`,
    workflow,
    ...(project ? { project } : {}),
    // A question has no plan: who plans a change is who answers it.
    planner: master.planner ?? able(workflow === 'answer' ? 'answer' : 'plan')[0] ?? 'none',
    implementer,
    // Where nobody may review it, the work goes to a person after its checks.
    reviewer: master.reviewer ?? able('review').find((name) => mayReview(known, name, implementer)) ?? 'none',
    gate: config.gate.automatic ? 'automatic' : 'person',
  }
}

/**
 * What a task waits for, or why it can never start. One that escalated is waited for: a person may have it tried again; so is
 * one that is not there yet (`missing`), which whoever named it may create in the same moment.
 */
export const dependencies = (task: Task, others: readonly Task[]): { waitingFor: string[]; missing: string[]; failed?: string } => {
  const lost = others.find(({ phase }) => phase === 'failed' || phase === 'cancelled')
  return {
    waitingFor: others.filter(({ phase }) => phase !== 'completed').map(({ id }) => id),
    missing: others.filter(({ created }) => !created).map(({ id }) => id),
    ...(lost ? { failed: `${task.id} depends on ${lost.id}, which is ${lost.phase}: ${lost.end?.reason}` } : {}),
  }
}

/** The ring in which a new task would wait for itself, from its id back to it; undefined when there is none. */
export const ringOf = async (
  { id, dependsOn }: { id: string; dependsOn: readonly string[] },
  find: (id: string) => Promise<Task | undefined>,
): Promise<string[] | undefined> => {
  const namedBy = new Map(dependsOn.map((other) => [other, id]))
  // What is added meanwhile is visited, too.
  for (const other of namedBy.keys()) {
    const task = other === id ? undefined : await find(other)
    if (task && phases[task.phase].dependent)
      for (const next of task.created?.dependsOn ?? []) if (!namedBy.has(next)) namedBy.set(next, other)
    if (namedBy.has(id)) return ringIn(namedBy, id)
  }
  return undefined
}

const ringIn = (namedBy: ReadonlyMap<string, string>, id: string): string[] => {
  const ring = [id]
  for (let other = namedBy.get(id); other !== undefined && other !== id; other = namedBy.get(other)) ring.unshift(other)
  return [id, ...ring]
}
