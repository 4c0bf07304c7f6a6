import { BROWSER_LANE } from '../../domain/lane.ts'
import { TurnFault } from '../turn/types.ts'
import type { AskContext } from './ask-context.ts'
import { foldJob, type Job } from './job.ts'

/**
 * Until when a job waits for a lane that cannot work: so long after the lane was parked, which a restart does not make later, and
 * so long after the page first refused its prompt, however often the lane was well in between.
 */
export const holdUntil = async ({ latest, now, services, event }: AskContext, { refusals }: Pick<Job, 'refusals'>): Promise<Date> => {
  if (refusals) return new Date(Date.parse(refusals.firstAt) + services.settings.holdMs)
  const change = await latest('lane.changed', BROWSER_LANE)
  const parkedAt = change && change.data.state !== 'ready' ? Date.parse(change.time) : now().getTime()
  return new Date(Math.max(parkedAt, Date.parse(event.time)) + services.settings.holdMs)
}

/** Milliseconds between two looks whether a held job is still wanted. */
const LOOK_MS = 2000

/** Throws CANCELLED when somebody took back a job that waits; what was sent is waited for all the same. */
export const watchForCancelling = ({ history, now }: AskContext, { sending }: Job): (() => Promise<void>) => {
  let last = now().getTime()
  return async () => {
    if (sending || now().getTime() - last < LOOK_MS) return
    last = now().getTime()
    const { cancelled } = foldJob(await history(), [])
    if (cancelled !== undefined) throw new TurnFault('CANCELLED', cancelled, { sent: 'no' })
  }
}
