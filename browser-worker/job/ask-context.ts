import { type Context, orderedOf } from '../../bus/define-function.ts'
import type { catalogue } from '../../domain/catalogue/index.ts'
import type { laneOutcomes } from '../../domain/catalogue/reasoning.ts'
import type { Task } from '../../domain/task.ts'
import type { WorkerServices } from '../worker-services.ts'

/** `defineOrdered` for the functions of this room, which have the browser for a service. */
export const defineOrdered = orderedOf<typeof catalogue, Task, WorkerServices>()

/** What `ask-browser` hands to its parts. */
export type AskContext = Context<
  typeof catalogue,
  Task,
  'browser.asked',
  (typeof laneOutcomes)[number],
  'turn.sending' | 'turn.refused' | 'turn.sent',
  WorkerServices
>
