import { hasEnded, type Jobs, type JobView, type WaitOptions } from './jobs.ts'

/** The client closed its connection: nobody reads an answer any more. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Who waits for which job at the other end of a connection. */
export interface Attendance {
  /** The job when it has ended. Throws `ClientGone` when the signal says so before. */
  follow(id: string, options: Omit<WaitOptions, 'waitMs'> & { signal: AbortSignal }): Promise<JobView>
  /** The job's client asks for it by its id: nobody's leaving cancels it. */
  keep(id: string): void
  /** Cancels what waits from before the start and was asked on a line that is gone with it. */
  clearUp(): Promise<void>
}

/** Milliseconds of one wait, a day: live output is told from its beginning only to who waits without a break. */
const WAIT_MS = 24 * 3_600_000
/** Ids remembered as kept; the oldest are long over when it is full. */
const KEPT_LIMIT = 10_000

/**
 * A job that is not sent yet and that no client waits for any more is cancelled, a moment after the last one left.
 * After the send the answer is finished and kept. When the server itself stops, nobody has left: jobs stay.
 */
export const attendance = ({
  jobs,
  abandonAfterMs,
  stopping,
  log,
}: {
  jobs: Jobs
  abandonAfterMs: number
  stopping?: AbortSignal
  log: (line: string) => void
}): Attendance => {
  const clients = new Map<string, number>()
  const kept = new Set<string>()
  const count = (id: string, change: number): void => {
    const left = (clients.get(id) ?? 0) + change
    if (left > 0) clients.set(id, left)
    else clients.delete(id)
  }
  const isWanted = (id: string): boolean => clients.has(id) || kept.has(id) || stopping?.aborted === true

  const abandon = async (id: string): Promise<void> => {
    if (isWanted(id)) return
    const job = await jobs.find(id)
    if (job && !hasEnded(job) && job.sentAt === undefined) await jobs.cancel(id, 'the client that asked went away')
  }
  const left = (id: string): void => {
    const clock = setTimeout(() => {
      abandon(id).catch((error) => log(`job ${id}, whose client went away, could not be cancelled: ${error}`))
    }, abandonAfterMs)
    clock.unref()
  }

  const follow: Attendance['follow'] = async (id, options) => {
    count(id, 1)
    try {
      for (;;) {
        if (options.signal.aborted) throw new ClientGone(`the client of job ${id} went away`)
        const job = await jobs.wait(id, { ...options, waitMs: WAIT_MS })
        if (hasEnded(job)) return job
      }
    } finally {
      count(id, -1)
      if (options.signal.aborted) left(id)
    }
  }

  return {
    follow,
    clearUp: async () => {
      const { waiting } = await jobs.queue()
      for (const { id, request } of waiting) if (request.attended) await abandon(id)
    },
    keep: (id) => {
      kept.add(id)
      const [oldest] = kept
      if (kept.size > KEPT_LIMIT && oldest !== undefined) kept.delete(oldest)
    },
  }
}
