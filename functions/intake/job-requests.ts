import { z } from 'zod'
import { laneEvents } from '../../domain/catalogue/lane.ts'
import { LessonId } from '../../domain/catalogue/lesson.ts'
import { ReasoningRequest } from '../../domain/catalogue/reasoning.ts'
import { Id } from '../../domain/catalogue/shared.ts'
import type { Fact } from '../../domain/fact.ts'
import { isJobId } from '../../domain/job.ts'
import { judgeWord } from '../rules/rulebook.ts'
import { type Ruling, refuse } from './door-ruling.ts'

/** The rules of the door for what is no task: jobs of the model proxy, the state of a lane, pauses of functions, lessons, rules. Only the system itself may knock for them. Pure. */

const reason = z.string().max(2000).default('')
const JobId = Id.refine(isJobId, 'the id of a job begins with "job-"')
const WordAboutRule = z.strictObject({ id: Id, rule: z.string().max(64), reason })
export const jobSchemas = {
  'reasoning.requested': ReasoningRequest.extend({
    id: JobId,
    purpose: z.literal('chat'),
  }).strict(),
  /** `unlessKept`: its asker left his line; who cancels it himself says nothing of that. */
  'reasoning.cancelled': z.strictObject({ id: JobId, reason, unlessKept: z.literal(true).optional() }),
  'reasoning.kept': z.strictObject({ id: JobId }),
  'lane.changed': laneEvents['lane.changed'].data.extend({ id: Id }).strict(),
  'function.paused': z.strictObject({ id: Id, reason, until: z.iso.datetime() }),
  'function.resumed': z.strictObject({ id: Id, reason }),
  'lesson.pinned': z.strictObject({ id: LessonId, reason }),
  'lesson.forgotten': z.strictObject({ id: LessonId, reason }),
  'rule.enforced': WordAboutRule,
  'rule.quarantined': WordAboutRule,
  'rule.restored': WordAboutRule,
} as const

export type JobRequestType = keyof typeof jobSchemas
export const isJobRequest = <A extends { type: string }>(asked: A): asked is Extract<A, { type: JobRequestType }> =>
  Object.hasOwn(jobSchemas, asked.type)

/** Whether such a request makes sense after everything that happened under its id. */
export const judgeJobRequest = (asked: { type: JobRequestType; id: string; data?: object }, history: readonly Fact[]): Ruling => {
  const has = (...types: string[]): boolean => history.some(({ type }) => types.includes(type))
  switch (asked.type) {
    case 'lane.changed':
    case 'function.paused':
      return { kind: 'accept' }
    case 'lesson.pinned':
    case 'lesson.forgotten':
      return history.at(-1)?.type === asked.type ? { kind: 'repeated' } : { kind: 'accept' }
    case 'rule.enforced':
    case 'rule.quarantined':
    case 'rule.restored': {
      const ruling = judgeWord(asked.type, String(Reflect.get(asked.data ?? {}, 'rule')), history)
      return typeof ruling === 'string' ? { kind: ruling } : refuse(ruling.fault)
    }
    case 'function.resumed':
      return isPaused(history) ? { kind: 'accept' } : { kind: 'repeated' }
    case 'reasoning.requested':
      return has('reasoning.requested') ? { kind: 'repeated' } : { kind: 'accept' }
    case 'reasoning.cancelled':
    case 'reasoning.kept':
      if (!has('reasoning.requested')) return refuse(`there is no job ${asked.id}`)
      if (has(asked.type)) return { kind: 'repeated' }
      if (asked.data && 'unlessKept' in asked.data && has('reasoning.kept'))
        return refuse(`${asked.id} is kept for somebody who asks for it by its id`)
      return has('chat.answered', 'chat.unanswered', 'reasoning.cancelled') ? refuse(`${asked.id} has ended already`) : { kind: 'accept' }
  }
}

/** Whether the last word about a function was a pause, run out or not. */
const isPaused = (history: readonly Fact[]): boolean =>
  history.findLast(({ type }) => type === 'function.paused' || type === 'function.resumed')?.type === 'function.paused'
