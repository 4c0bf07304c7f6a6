/** How the id of a job of the model proxy begins: a task's questions go the same way, and are no jobs. */
const JOB = 'job-'

export const isJobId = (id: string): boolean => id.startsWith(JOB)

/** The id of a job that is named after something else. */
export const jobIdFor = (name: string): string => `${JOB}${name}`
