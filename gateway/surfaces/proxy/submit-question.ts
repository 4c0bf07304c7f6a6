import type { JobKey } from './body.ts'
import { ProxyFault } from './fault.ts'
import type { JobRequest, JobView } from './jobs.ts'
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
): Promise<JobView> => jobs.submit(request, key, isRepeated ? async (earlier) => isSameQuestion(earlier, key) : attendance.takeOver)

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
