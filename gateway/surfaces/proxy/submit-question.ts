import type { JobRequest, JobView, MayJoin } from '../../jobs/jobs.ts'
import type { JobKey } from './body.ts'
import { ProxyFault } from './fault.ts'
import type { RouteNeeds } from './route-needs.ts'

/**
 * The job of a request. It is an earlier one where the client says that it asks again, and where the same body was asked on a line
 * that is gone: its answer has no reader, and many clients ask again by themselves without a word. Who asks twice at once means it.
 * Throws `ProxyFault` 409.
 */
export const submitQuestion = (
  { jobs, attendance }: Pick<RouteNeeds, 'jobs' | 'attendance'>,
  request: JobRequest,
  { key, isRepeated }: JobKey,
): Promise<JobView> => {
  // What is asked without an open line outlives a restart, and what was asked on one does not.
  const takeOver: MayJoin = async (earlier) => request.attended === true && attendance.takeOver(earlier)
  if (!isRepeated) return jobs.submit(request, key, takeOver)
  // Of several equal questions each is asked again by its own client: one that nobody waits for comes before one that is being answered.
  const again = [takeOver, attendance.join].map(
    (mayJoin): MayJoin =>
      async (earlier) =>
        isSameQuestion(earlier, key) && mayJoin(earlier),
  )
  return jobs.submit(request, key, ...again)
}

/** The job of a request that is asked for by its id, whoever leaves its line; where an earlier one was cancelled just before that was known, it is asked anew. */
export const submitKept = async (around: Pick<RouteNeeds, 'jobs' | 'attendance'>, request: JobRequest, key: JobKey): Promise<JobView> => {
  const job = await submitQuestion(around, request, key)
  return (await around.attendance.keep(job)) ? job : submitKept(around, request, key)
}

/** Throws `ProxyFault` 409 where the client gave its key to another question. A key that an older version stored says nothing of its question. */
const isSameQuestion = ({ id, request: { key: earlier } }: JobView, key: string): boolean => {
  if (earlier === key || !earlier?.includes('.')) return true
  throw new ProxyFault({
    status: 409,
    code: 'INVALID_REQUEST',
    message:
      'Idempotency-Key: it was given to another question a moment ago, whose body is another one; give each question a key of its own',
    param: 'Idempotency-Key',
    details: { job_id: id },
  })
}
