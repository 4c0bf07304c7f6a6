import type { Fact } from '../../domain/fact.ts'
import type { Task } from '../../domain/task.ts'
import type { Settings } from '../settings.ts'

type Routed = Fact<'task.routed'>['data']

/** The coordinator's rule: which workflow, who plans, who writes, who reviews. Agents come from `[masters.<category>]`, then `[masters.default]`, then by role. */
export const route = (task: Task, config: Pick<Settings, 'masters' | 'agents' | 'gate'>): Routed => {
  const { category = 'general', project, workflow = project ? 'change' : 'answer' } = task.created ?? {}
  const master = { ...config.masters.default, ...config.masters[category] }
  const names = Object.keys(config.agents)
  const able = (role: 'plan' | 'implement' | 'review' | 'answer') =>
    names.filter((name) => config.agents[name]?.roles?.includes(role) ?? true)
  const implementer = master.implementer ?? able('implement')[0] ?? 'none'
  return {
    master: `${category}-master`,
    workflow,
    ...(project ? { project } : {}),
    // A question has no plan: who plans a change is who answers it.
    planner: master.planner ?? able(workflow === 'answer' ? 'answer' : 'plan')[0] ?? 'none',
    implementer,
    // Another model looks at the work wherever there is one: a model shares its own blind spots.
    reviewer: master.reviewer ?? able('review').find((name) => name !== implementer) ?? able('review')[0] ?? 'none',
    gate: config.gate.automatic ? 'automatic' : 'person',
  }
}

/** What a task waits for, or why it can never start. */
export const dependencies = (task: Task, others: readonly Task[]): { waitingFor: string[]; failed?: string } => {
  const ended = others.find((other) => other.end && other.phase !== 'completed')
  return {
    waitingFor: others.filter((other) => other.phase !== 'completed').map(({ id }) => id),
    ...(ended ? { failed: `${task.id} depends on ${ended.id}, which is ${ended.phase}: ${ended.end?.reason}` } : {}),
  }
}
