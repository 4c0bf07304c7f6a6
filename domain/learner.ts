/** How the id of a learner begins: what is learned of a task is thought about in a story of its own, so that the task waits for nothing. */
const LEARNER = 'learner-'
/** An id has 128 characters at most. */
const LONGEST_TASK = 100

export const isLearnerId = (id: string): boolean => id.startsWith(LEARNER)

/** The learner of one run of a task: the same run has the same one. `run` counts from 0. */
export const learnerIdFor = (task: string, run: number): string => `${LEARNER}${task.slice(0, LONGEST_TASK)}-${run}`

/** The story in which a project's learning is charged. */
export const learningOf = (project: string): string => `learning-${project}`
