import { createHash } from 'node:crypto'

/** How the id of a learner begins: what is learned of a task is thought about in a story of its own, so that the task waits for nothing. */
const LEARNER = 'learner-'
/** An id has 128 characters at most. */
const LONGEST_TASK = 100

/** How the ids of learning's other stories begin: no task may be called so. */
const LEARNING = 'learning-'
const FORGE = 'forge-'
const RULEBOOK = 'rulebook-'

/** How the id of a story of learning begins; undefined for one that is none. */
export const learningPrefix = (id: string): string | undefined =>
  [LEARNER, LEARNING, FORGE, RULEBOOK].find((prefix) => id.startsWith(prefix))

/** The learner of one run of a task: the same run has the same one. `run` counts from 0. */
export const learnerIdFor = (task: string, run: number): string => `${LEARNER}${task.length > LONGEST_TASK ? shortened(task) : task}-${run}`

/** Its beginning, and what tells it from others that begin so. */
const shortened = (task: string): string => `${task.slice(0, 80)}-${createHash('sha256').update(task).digest('hex').slice(0, 16)}`

/** The story in which a project's learning is charged. */
export const learningOf = (project: string): string => `${LEARNING}${project}`

/** The story in which a rule is made of a lesson and tried on tasks; `lesson-<hash>` has one. It is what the rule is called among facts. */
export const forgeIdFor = (lesson: string): string => `${FORGE}${lesson.replace(/^lesson-/, '')}`

/** The story that says which rules a project has, and how much each counts. */
export const rulebookOf = (project: string): string => `${RULEBOOK}${project}`
