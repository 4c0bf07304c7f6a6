import type { Fact } from '../../domain/fact.ts'
import type { LaneLook } from '../../domain/lane.ts'
import { BROWSER_LANE } from '../../domain/lane.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import type { KnownJobs } from './track-jobs.ts'

/** The browser lane as of now: what it last reported, and who waits for it. */
export const lookAtLane = async (folds: Pick<TaskFolds, 'latest'>, known: KnownJobs): Promise<LaneLook> => {
  // The catalogue is the product's own, so its facts are `Fact`s: the union spelled out.
  const change = (await folds.latest('lane.changed', BROWSER_LANE)) as Fact | undefined
  const waiting = known.waiting()
  const place = (owner: string): number | undefined => {
    const index = waiting.indexOf(owner)
    return index < 0 ? undefined : index
  }
  if (change?.type !== 'lane.changed')
    return { state: 'unknown', reason: 'the browser worker has not reported yet', waiting: waiting.length, ahead: place }
  const { state, reason, until, site } = change.data
  return { state, reason, since: change.time, site, ...(until ? { until } : {}), waiting: waiting.length, ahead: place }
}
