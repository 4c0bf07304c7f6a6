import type { JobKey } from './body.ts'
import type { JobRequest, JobView } from './jobs.ts'
import type { RouteNeeds } from './route-needs.ts'

/**
 * The job of a request. It is an earlier one where the client says that it asks again, and where the same body was asked on a line
 * that is gone: its answer has no reader, and many clients ask again by themselves without a word. Who asks twice at once means it.
 */
export const submitQuestion = (
  { jobs, attendance }: Pick<RouteNeeds, 'jobs' | 'attendance'>,
  request: JobRequest,
  { key, isRepeated }: JobKey,
): Promise<JobView> => jobs.submit(request, key, isRepeated ? async () => true : attendance.takeOver)
