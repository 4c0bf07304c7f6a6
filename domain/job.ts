/** How a job's id begins. A story with such an id is a job of the model proxy; a task's question has one in the field `job` of the task's facts. */
const JOB = 'job-'

export const isJobId = (id: string): boolean => id.startsWith(JOB)

/** The id of a job that is named after something else. */
export const jobIdFor = (name: string): string => `${JOB}${name}`
