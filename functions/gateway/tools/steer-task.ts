import type { CommandAnswer, StatusAnswer } from '../answers.ts'
import type { Operations } from '../operations.ts'
import { exactStatus, notFound, toolStatus } from './tool-status.ts'

/**
 * Asks for something about a task and answers with the state it is in then. Whoever names no existing task exactly changes
 * nothing. Throws `RequestFault` 409 with the reasons when a rule refuses it.
 */
export const steerTask = async (
  operations: Operations,
  id: string,
  done: string,
  command: (status: StatusAnswer) => Promise<CommandAnswer>,
): Promise<object> => {
  const before = await exactStatus(operations, id)
  if (!before) return notFound(id)
  const { outcome } = await command(before)
  const message = outcome === 'pending' ? 'It is stored and will be decided on in a moment' : done
  const after = (await exactStatus(operations, id)) ?? before
  return { ...toolStatus(after), outcome, message }
}
