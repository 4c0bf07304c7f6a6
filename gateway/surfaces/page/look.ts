import type { z } from 'zod'
import { Plan } from '../../../domain/catalogue/plan.ts'
import type { LogsAnswer, PlanAnswer, StatusAnswer } from '../../answers.ts'
import type { Operations } from '../../operations.ts'
import type { StoryFact } from './facts.ts'
import type { Tried } from './form.ts'
import { ifThere } from './part.ts'

/** A plan as it is shown; `plan` is absent where the text is none that we can read. */
export type PlanLook = z.infer<typeof PlanAnswer> & { readonly plan?: Plan | undefined }

/** Everything that a task's page shows. */
export interface TaskLook {
  readonly status: StatusAnswer
  readonly facts: readonly StoryFact[]
  readonly plan?: PlanLook | undefined
  readonly logs: LogsAnswer['logs']
}

/** A task's page for whoever looks at it. */
export interface TaskView {
  readonly look: TaskLook
  readonly mayDecide: boolean
  readonly maySteer: boolean
  readonly tried: Tried | undefined
  readonly now: Date
}

/** Throws `RequestFault` 404 when there is no such task. */
export const lookAt = async (operations: Operations, given: string): Promise<TaskLook> => {
  const { facts, status } = await wholeStory(operations, given)
  const [plan, logs] = await Promise.all([
    status.plan_hash ? ifThere(operations.plan({ id: status.id })) : undefined,
    facts.some(hasLog) ? ifThere(operations.logs({ id: status.id, number: 1 })) : undefined,
  ])
  return { status, facts, plan: plan && { ...plan, plan: read(plan) }, logs: logs?.logs ?? [] }
}

const hasLog = ({ type }: StoryFact): boolean => /^(?:code\.|dod\.)|answered$/.test(type)

/** A plan of more than one piece is shown as text. */
const read = ({ text, next }: { text: string; next?: number | undefined }): Plan | undefined => {
  if (next !== undefined) return undefined
  try {
    return Plan.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // no JSON: the page shows the text itself
  }
}

/** Pieces a story may come in; one has 384 KiB. */
const MOST_PIECES = 30

const wholeStory = async (operations: Operations, id: string): Promise<{ facts: StoryFact[]; status: StatusAnswer }> => {
  const facts: StoryFact[] = []
  let piece = await operations.story({ id, after: -1 })
  facts.push(...piece.events)
  for (let n = 1; piece.more && piece.events.length > 0 && n < MOST_PIECES; n += 1) {
    piece = await operations.story({ id, after: piece.after })
    facts.push(...piece.events)
  }
  return { facts, status: piece.status }
}
