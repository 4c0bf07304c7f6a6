import { marked } from '../../bus/noted-steps.ts'
import { changesInWords } from '../../domain/catalogue/shared.ts'
import { statusOf } from '../../domain/phases.ts'
import { waitsForPlace } from '../../domain/places.ts'
import { durationsOf, type Task } from '../../domain/task.ts'
import { notesOf } from '../../domain/words/notes.ts'
import { type Circumstances, whyWaiting } from '../../domain/words/why-waiting.ts'
import type { StatusAnswer } from '../answers.ts'

/** A task's state for those who ask. Pure. */
export const taskStatus = (task: Task, around: Circumstances): StatusAnswer => {
  const { created, outcome } = task
  const round = task.rounds.at(-1)
  return {
    id: task.id,
    title: created?.title ?? '',
    type: created?.type ?? 'user_query',
    status: statusOf(task.phase),
    phase: task.phase,
    detail: detailOf(task),
    waiting_for: waitingFor(task),
    why: whyWaiting(task, around),
    ...defined({ project: created?.project, workflow: task.routed?.workflow, plan_hash: task.plan?.planHash }),
    ...defined({ branch: outcome?.branch, sha: outcome?.sha ?? task.head?.sha, answer: outcome?.answer }),
    category: created?.category ?? 'general',
    priority: task.priority,
    created_at: task.createdAt,
    updated_at: task.updatedAt,
    ...(task.phase === 'escalated' && task.doubt ? { yardstick: { hash: task.doubt, changes: touchedBy(task) } } : {}),
    plan_revision: task.planRevision,
    ...(round ? { attempt: { n: round.attempt.n, handoff: round.attempt.handoff } } : {}),
    ...(task.routed ? { agents: agentsOf(task, task.routed) } : {}),
    files: [...(outcome?.files ?? task.head?.files ?? [])],
    findings: [...(round?.findings ?? task.base?.findings ?? [])],
    notes: notesOf(task),
    usage: task.usage,
    durations: durationsOf(task, task.end?.at ?? around.now),
  }
}

const MAX_CHANGES = 60
const touchedBy = ({ head }: Task): string[] => (head?.yardstick ?? []).slice(0, MAX_CHANGES).map((change) => changesInWords([change]))

const detailOf = (task: Task): string => {
  if (task.end) return marked(task.end).reason
  if (task.phase === 'gate') return task.plan?.summary ?? ''
  const last = task.rounds.findLast((round) => round.outcome && round.outcome !== 'passed')
  return last ? `attempt ${last.attempt.n}: ${last.reason ?? last.findings[0]?.problem ?? last.outcome}` : ''
}

const waitingFor = (task: Task): string[] => {
  if (task.phase === 'blocked') return [...task.waitingFor]
  if (waitsForPlace(task)) return ['place']
  return task.phase === 'gate' ? ['approval'] : []
}

/** After a handoff it is the round that says who writes and who reviews. */
const agentsOf = (task: Task, routed: NonNullable<Task['routed']>) => {
  const { implementer, reviewer } = task.rounds.at(-1)?.attempt ?? routed
  return { planner: routed.planner, implementer, reviewer }
}

const defined = <T extends Record<string, string | undefined>>(values: T): Partial<T> =>
  // Only keys are left out, so what remains is a part of the same type.
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
