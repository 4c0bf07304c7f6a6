import type { Folds } from '../bus/folds.ts'
import type { StoryModel } from '../bus/story-model.ts'
import type { catalogue } from './catalogue/index.ts'
import { evolve } from './evolve.ts'
import type { Fact } from './fact.ts'
import { initialTask, type Task } from './task.ts'

/** The stories of this product: tasks. */
export const taskStory: StoryModel<Task> = {
  begins: 'task.created',
  ends: ['task.completed', 'task.failed', 'task.escalated', 'task.cancelled'],
  reopens: ['task.retried', 'task.resumed', 'yardstick.approved'],
  initial: initialTask,
  // `evolve` answers types of another catalogue (tests, benchmarks) with the task as it is.
  evolve: (task, fact) => evolve(task, fact as Fact),
}

/** The open tasks of this product, kept up to date. */
export type TaskFolds = Folds<typeof catalogue, Task>
