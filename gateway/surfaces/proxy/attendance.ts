import { setTimeout as pause } from 'node:timers/promises'
import type { Presence } from '../../../bus/jetstream/presence.ts'
import { hasEnded, type Jobs, type JobView, repairedBy, type WaitOptions } from '../../jobs/jobs.ts'

/** The client closed its connection: nobody reads an answer any more. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Who waits for which job at the other end of a connection. */
export interface Attendance {
  /** The job when it has ended. Throws `ClientGone` when the signal says so before. */
  follow(id: string, options: Omit<WaitOptions, 'waitMs'> & { signal: AbortSignal }): Promise<JobView>
  /**
   * Whether the job was asked on a line that is gone before its answer, as clients leave that lose patience and ask again, and as lines
   * end with the system. Then it is kept for the one who asks, and for no other.
   */
  takeOver(job: JobView): Promise<boolean>
  /** Keeps a job for who says that he asks again; false where nobody waited for it any more and it is cancelled. */
  join(job: JobView): Promise<boolean>
  /** What it answered was not told to its client, which left meanwhile. */
  missed(id: string): void
  /** A client of the job asks for it by its id: nobody's leaving cancels it, nor does a restart; false where that came before. */
  keep(job: JobView): Promise<boolean>
  /** Cancels what waits from before the start and was asked on a line that is gone with its process: no process attends to it. */
  clearUp(): Promise<void>
}

/** Milliseconds of one wait, a day: live output is told from its beginning only to who waits without a break. */
const WAIT_MS = 24 * 3_600_000
/** Ids remembered of a kind; the oldest are long over when it is full. */
const REMEMBERED = 10_000
/** How often in a row nobody must attend to a job before it is cleared up: clients come back, and another process may mend its line. */
const LOOKS = 3

interface AttendanceNeeds {
  readonly jobs: Jobs
  readonly presence: Presence
  readonly abandonAfterMs: number
  readonly stopping?: AbortSignal
  readonly log: (line: string) => void
}

/**
 * A job that is not sent yet and that no client waits for any more is cancelled, a moment after the last one left.
 * After the send the answer is finished and kept. When the server itself stops, nobody has left: jobs stay.
 */
export const attendance = ({ jobs, presence, abandonAfterMs, stopping, log }: AttendanceNeeds): Attendance => {
  const clients = waitingClients(presence)
  const kept = keptJobs(jobs)
  const promises = promisesOf(jobs)
  const unread = idsRemembered()
  const isWantedHere = (id: string): boolean => clients.has(id) || kept.has(id) || promises.has(id) || stopping?.aborted === true
  const isWanted = async (id: string): Promise<boolean> => isWantedHere(id) || presence.isAttended(id)

  const abandon = async (id: string): Promise<void> => {
    if (await isWanted(id)) return
    const job = await jobs.find(id)
    // It may have been asked for again meanwhile; from here to the note of its cancelling nothing comes between.
    if (isWantedHere(id) || !job?.request.attended || hasEnded(job) || job.sentAt !== undefined) return
    await promises.cancel(id)
  }
  const left = (id: string): void => {
    const failed = (error: unknown): void => log(`job ${id}, whose client went away, could not be cancelled: ${error}`)
    setTimeout(() => void abandon(id).catch(failed), abandonAfterMs).unref()
  }

  const takeOver: Attendance['takeOver'] = async (job) => {
    const { id, request } = job
    if (request.attended !== true || (hasEnded(job) && !unread.has(id)) || isWantedHere(id)) return false
    return promises.make(id, async () => !(await presence.isAttended(id)))
  }
  const join: Attendance['join'] = ({ id }) => promises.make(id, async () => true)

  const follow: Attendance['follow'] = async (id, options) => {
    clients.come(id)
    promises.end(id)
    unread.delete(id)
    try {
      for (;;) {
        if (options.signal.aborted) throw new ClientGone(`the client of job ${id} went away`)
        const job = await jobs.wait(id, { ...options, waitMs: WAIT_MS })
        if (hasEnded(job)) return job
      }
    } finally {
      clients.go(id)
      if (options.signal.aborted) {
        unread.add(id)
        left(id)
      } else unread.delete(id)
    }
  }

  const clearUp = async (): Promise<void> => {
    const { running, waiting } = await jobs.queue()
    const attended = waiting.filter(({ request }) => request.attended)
    for (const { id, request } of running ? [running, ...attended] : attended)
      if (!(await isWanted(id))) unread.add(repairedBy(request.key) ?? id)
    for (const { id } of await leftAlone(attended, isWanted, abandonAfterMs)) await abandon(id)
  }

  return { follow, takeOver, join, clearUp, keep: kept.add, missed: unread.add }
}

/** Jobs that are asked for by their ids; here it is known before the fact is heard that says so. */
const keptJobs = (jobs: Jobs) => {
  const { has, add, delete: forget } = idsRemembered()
  const keep: Attendance['keep'] = async ({ id, request }) => {
    if (!request.attended) return true
    add(id)
    try {
      return await jobs.keep(id)
    } catch (error) {
      forget(id)
      throw error
    }
  }
  return { has, add: keep }
}

/** Those that nobody wants in several looks. */
const leftAlone = async (
  all: readonly JobView[],
  isWanted: (id: string) => Promise<boolean>,
  pauseMs: number,
): Promise<readonly JobView[]> => {
  let left = all
  for (let looks = 1; looks < LOOKS && left.length > 0; looks++) {
    const wanted = await Promise.all(left.map(({ id }) => isWanted(id)))
    left = left.filter((_, index) => !wanted[index])
    await pause(pauseMs, undefined, { ref: false })
  }
  return left
}

/** Jobs that are promised to who asks again, and those whose cancelling is out: none is both. */
const promisesOf = (jobs: Jobs) => {
  const promised = idsRemembered()
  const cancelling = new Map<string, Promise<unknown>>()
  /** A cancelling comes too late where the job has begun; one that fails is told by who began it. */
  const isSpared = async (id: string): Promise<boolean> => {
    await Promise.allSettled([cancelling.get(id)])
    return (await jobs.find(id))?.state !== 'cancelled'
  }
  return {
    has: promised.has,
    end: promised.delete,
    /** Promises it at once, so that it is not cancelled from now on, and takes that back where it is not to be had. */
    make: async (id: string, isFree: () => Promise<boolean>): Promise<boolean> => {
      promised.add(id)
      if ((await isFree()) && (await isSpared(id))) return true
      promised.delete(id)
      return false
    },
    cancel: async (id: string): Promise<void> => {
      const cancelled = jobs.cancel(id, 'the client that asked went away', { unlessKept: true })
      cancelling.set(id, cancelled)
      await cancelled.finally(() => cancelling.delete(id))
    },
  }
}

const idsRemembered = () => {
  const ids = new Set<string>()
  const add = (id: string): void => {
    ids.add(id)
    const [oldest] = ids
    if (ids.size > REMEMBERED && oldest !== undefined) ids.delete(oldest)
  }
  return { add, has: (id: string): boolean => ids.has(id), delete: (id: string): boolean => ids.delete(id) }
}

/** Counts who waits here for which job; other processes see whether anybody does. */
const waitingClients = (presence: Presence) => {
  const clients = new Map<string, { count: number; leave: () => void }>()
  const come = (id: string): void => {
    const known = clients.get(id)
    if (known) known.count++
    else clients.set(id, { count: 1, leave: presence.attend(id) })
  }
  const go = (id: string): void => {
    const known = clients.get(id)
    if (!known || --known.count > 0) return
    clients.delete(id)
    known.leave()
  }
  return { come, go, has: (id: string): boolean => clients.has(id) }
}
