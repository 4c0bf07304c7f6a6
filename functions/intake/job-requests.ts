import { z } from 'zod'
import { laneEvents, ReasoningRequest } from '../../bus/catalogue/reasoning.ts'
import { Id } from '../../bus/catalogue/shared.ts'
import type { Fact } from '../../bus/fact.ts'
import { refuse, type Verdict } from './door-verdict.ts'

/** The rules of the door for what is no task: jobs of the model proxy and the state of a lane. Only the system itself may knock for them. Pure. */

const reason = z.string().max(2000).default('')
const JobId = Id.refine((id) => id.startsWith('job-'), 'the id of a job begins with "job-"')
export const jobSchemas = {
  'reasoning.requested': ReasoningRequest.extend({
    id: JobId,
    purpose: z.literal('chat'),
  }).strict(),
  'reasoning.cancelled': z.strictObject({ id: JobId, reason }),
  'lane.changed': laneEvents['lane.changed'].data.extend({ id: Id }).strict(),
} as const

export type JobRequestType = keyof typeof jobSchemas
export const isJobRequest = <A extends { type: string }>(asked: A): asked is Extract<A, { type: JobRequestType }> =>
  Object.hasOwn(jobSchemas, asked.type)

/** Whether such a request makes sense after everything that happened under its id. */
export const judgeJobRequest = (asked: { type: JobRequestType; id: string }, history: readonly Fact[]): Verdict => {
  const has = (...types: string[]): boolean => history.some(({ type }) => types.includes(type))
  switch (asked.type) {
    case 'lane.changed':
      return { kind: 'accept' }
    case 'reasoning.requested':
      return has('reasoning.requested') ? { kind: 'repeated' } : { kind: 'accept' }
    case 'reasoning.cancelled':
      if (!has('reasoning.requested')) return refuse(`there is no job ${asked.id}`)
      if (has('reasoning.cancelled')) return { kind: 'repeated' }
      return has('chat.answered', 'chat.unanswered') ? refuse(`${asked.id} has ended already`) : { kind: 'accept' }
  }
}
