import { RequestFault } from '../../../bus/define-service.ts'
import type { StatusAnswer } from '../../answers.ts'
import type { Operations } from '../../operations.ts'

/** What became of a task; null until it is done. */
interface ToolResult {
  readonly answer: string
  readonly branch?: string
  readonly sha?: string
  readonly files: readonly string[]
  readonly completed_at: string
}

/** A task's state in the words that chat clients know, and more beside them. Pure. */
export const toolStatus = (status: StatusAnswer) => {
  const { branch, sha, files } = status
  const result: ToolResult | null =
    status.status === 'completed'
      ? {
          answer: status.answer ?? (branch ? `done on branch ${branch}` : 'done'),
          ...(branch ? { branch } : {}),
          ...(sha ? { sha } : {}),
          files,
          completed_at: status.updated_at,
        }
      : null
  return {
    task_id: status.id,
    status: status.status as string,
    type: status.type ?? 'user_query',
    priority: status.priority,
    title: status.title,
    created_at: status.created_at,
    updated_at: status.updated_at,
    result,
    phase: status.phase,
    why: status.why,
    waiting_for: status.waiting_for,
    category: status.category,
    ...(status.project ? { project: status.project } : {}),
    ...(status.plan_hash ? { plan_hash: status.plan_hash } : {}),
    ...(status.status === 'failed' ? { error: { kind: status.phase, message: status.detail } } : {}),
  }
}

/** The answer about an id that no task has. */
export const notFound = (id: string, message = `There is no task ${id}.`) => ({ task_id: id, status: 'not_found', message })

/**
 * The state of the task with exactly this id: a shortened one is nobody's. Undefined when there is none; `refused` hears what
 * the system says about it. Throws `RequestFault` for every other fault.
 */
export const exactStatus = async (
  operations: Operations,
  id: string,
  refused?: (why: string) => void,
): Promise<StatusAnswer | undefined> => {
  try {
    const status = await operations.status({ id })
    return status.id === id ? status : undefined
  } catch (error) {
    // 409: several tasks begin with it.
    if (!(error instanceof RequestFault) || ![404, 409].includes(error.code)) throw error
    if (error.code === 404) refused?.(error.message)
    return undefined
  }
}

/** The state in a tool's words, or `not_found`. */
export const statusOrNotFound = async (operations: Operations, id: string) => {
  let why: string | undefined
  const status = await exactStatus(operations, id, (said) => {
    why = said
  })
  return status ? toolStatus(status) : notFound(id, why)
}
