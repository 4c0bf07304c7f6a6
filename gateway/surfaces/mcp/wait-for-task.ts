import type { ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { isEnded } from '../../../domain/phases.ts'
import { awaitsApproval, type StatusAnswer } from '../../answers.ts'
import type { Operations } from '../../operations.ts'
import { anyTaskId } from '../../services/task-id.ts'

/** Many clients give a call up after a minute. */
const MOST_SECONDS = 50

export const WaitInput = z.strictObject({
  task_id: anyTaskId,
  seconds: z.number().min(0).max(MOST_SECONDS).default(MOST_SECONDS).describe('how long at most'),
})

/** The longest that one look may wait for the next fact, in milliseconds: a call that was given up is noticed by then. */
const LOOK_MS = 5000

/** Waits until the task has ended, waits for a person, or the time is over; tells each fact on the way. Throws `RequestFault`. */
export const waitForTask = async (
  { task_id, seconds }: z.infer<typeof WaitInput>,
  context: ServerContext,
  operations: Operations,
): Promise<StatusAnswer & { waited: 'ended' | 'approval' | 'time' }> => {
  const deadline = performance.now() + seconds * 1000
  const tell = progress(context)
  let status = await operations.status({ id: task_id })
  for (let after = -1, caughtUp = false; ; ) {
    const over = restOf(status)
    const left = deadline - performance.now()
    if (over || left <= 0 || context.mcpReq.signal.aborted) return { ...status, waited: over ?? 'time' }
    const story = await operations.story({ id: status.id, after, waitMs: caughtUp ? Math.ceil(Math.min(left, LOOK_MS)) : 0 })
    // What was there before the call is no news.
    if (caughtUp) for (const { type } of story.events) await tell(type)
    caughtUp = caughtUp || !story.more
    after = story.after
    status = story.status
  }
}

const restOf = (status: StatusAnswer): 'ended' | 'approval' | undefined => {
  if (isEnded(status)) return 'ended'
  return awaitsApproval(status) ? 'approval' : undefined
}

/** Progress for who asked for it. */
const progress = ({ mcpReq }: ServerContext): ((message: string) => Promise<void>) => {
  const progressToken = mcpReq._meta?.progressToken
  let count = 0
  return async (message) => {
    if (progressToken !== undefined)
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: ++count, message } })
  }
}
