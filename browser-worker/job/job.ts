import type { Fact } from '../../domain/fact.ts'
import type { TurnPlace } from '../turn/types.ts'

/** What the stream says about one job: whether its prompt may have been sent, and where its turn is. */
export interface Job {
  /** Why it is not wanted any more. */
  readonly cancelled?: string
  /** Present once the prompt was about to be sent: from then on nobody sends it again. */
  readonly sending?: Fact<'turn.sending'>['data']
  /** Present once it certainly is in a conversation. */
  readonly sent?: TurnPlace
  /** How often the page refused its prompt, and when first (ISO 8601). */
  readonly refusals?: { readonly count: number; readonly firstAt: string }
}

/** Folds the facts of the question's story and of its turn, oldest first. A refused prompt may be sent again. Pure. */
export const foldJob = (story: readonly Fact[], turn: readonly Fact[]): Job => {
  let job: Job = {}
  for (const fact of story)
    if (fact.type === 'reasoning.cancelled') job = { ...job, cancelled: fact.data.reason || `cancelled by ${fact.data.by}` }
  for (const fact of turn) job = afterTurnFact(job, fact)
  return job
}

const afterTurnFact = (job: Job, fact: Fact): Job => {
  switch (fact.type) {
    case 'turn.sending':
      return { ...job, sending: fact.data, sent: undefined }
    case 'turn.refused':
      return {
        ...job,
        sending: undefined,
        sent: undefined,
        refusals: { count: (job.refusals?.count ?? 0) + 1, firstAt: job.refusals?.firstAt ?? fact.time },
      }
    case 'turn.sent': {
      const { url, turnId, baseline } = fact.data
      return { ...job, sent: { ...job.sent, baseline, ...(url ? { url } : {}), ...(turnId ? { turnId } : {}) } }
    }
    default:
      return job
  }
}
