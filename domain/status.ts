import type { Phase } from './task.ts'

/** The four words that outside callers know a task's state by. */
export type Status = 'queued' | 'in_progress' | 'completed' | 'failed'

const statuses: Readonly<Record<Phase, Status>> = {
  created: 'queued',
  blocked: 'queued',
  queued: 'queued',
  planning: 'in_progress',
  gate: 'in_progress',
  coding: 'in_progress',
  reviewing: 'in_progress',
  scanning: 'in_progress',
  verifying: 'in_progress',
  finishing: 'in_progress',
  answering: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  escalated: 'failed',
  cancelled: 'failed',
}

export const statusOf = (phase: Phase): Status => statuses[phase]
