import { doorOf, functionsOf, orderedOf } from '../bus/define-function.ts'
import type { catalogue } from '../domain/catalogue/index.ts'
import type { Task } from '../domain/task.ts'
import type { Services } from './ports.ts'

/** Declares a function of this product. Its file's name is its name and the name of its durable consumer. */
export const defineFunction = functionsOf<typeof catalogue, Task, Services>()

/** Declares one that takes its messages one at a time, in the order of arrival, and waits for failing surroundings in place. */
export const defineOrdered = orderedOf<typeof catalogue, Task, Services>()

/** Declares a function that reads the door. */
export const defineDoor = doorOf<typeof catalogue, Task, Services>()
