import { z } from 'zod'
import { RequestFault } from '../../bus/define-service.ts'
import { Id } from '../../domain/catalogue/shared.ts'
import { isJobId } from '../../domain/job.ts'
import { laneTrouble } from '../../domain/words/why-waiting.ts'
import { JobAnswer } from '../answers.ts'
import { defineOperation } from '../define-operation.ts'
import { jobStory } from '../jobs/job-view.ts'

/** Jobs of the model proxy. */
export const jobOperations = {
  job: defineOperation({
    name: 'job.status',
    summary: 'Where a job is and why it waits; not what was asked and answered.',
    scopes: ['read'],
    input: z.strictObject({ id: Id }),
    answer: JobAnswer,
    handler: async ({ id }, context) => {
      const story = isJobId(id) ? jobStory(id, await context.facts(id, -1)) : undefined
      if (!story) throw new RequestFault(404, [`there is no job "${id}"`])
      const { state, queuedAt, sentAt, completedAt, error } = story.view
      const lane = await context.lane()
      const ahead = lane?.ahead(id)
      const ended = completedAt !== undefined
      return {
        id,
        state,
        queued_at: queuedAt,
        ...(sentAt ? { sent_at: sentAt } : {}),
        ...(completedAt ? { completed_at: completedAt } : {}),
        why: ended ? (error ? `${error.code}: ${error.reason}` : 'answered') : whyOpen(state, ahead, lane ? laneTrouble(lane) : ''),
      }
    },
  }),
}

const whyOpen = (state: string, ahead: number | undefined, trouble: string): string => {
  const place = ahead ? `waits; ${ahead} before it in the browser lane` : 'its turn comes next'
  return `${state === 'running' ? 'was sent; its answer is waited for' : place}${trouble}`
}
