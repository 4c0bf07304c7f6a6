import { RequestFault } from '../../../bus/define-service.ts'
import type { CommandAnswer, StatusAnswer } from '../../answers.ts'
import type { Operations } from '../../operations.ts'
import { exactStatus, notFound, toolStatus } from './tool-status.ts'

/**
 * Asks for something about a task and answers with the state it is in then. Whoever names no existing task exactly changes
 * nothing. Throws `RequestFault` 409 with the reasons when a rule refuses it.
 */
export const steerTask = async (
  operations: Operations,
  id: string,
  done: (after: StatusAnswer | undefined) => string,
  command: () => Promise<CommandAnswer>,
): Promise<object> => {
  const before = await look(operations, id)
  if (!before) return notFound(id)
  const { outcome } = await command()
  const looked = await look(operations, id)
  const after = looked === 'unseen' ? undefined : looked
  const message = outcome === 'pending' ? 'It is stored and will be decided on in a moment' : done(after)
  return { task_id: id, ...(after ? toolStatus(after) : {}), outcome, message }
}

/** Who may decide need not be allowed to see. */
const look = async (operations: Operations, id: string): Promise<StatusAnswer | 'unseen' | undefined> => {
  try {
    return await exactStatus(operations, id)
  } catch (error) {
    if (error instanceof RequestFault && error.code === 403) return 'unseen'
    throw error
  }
}
