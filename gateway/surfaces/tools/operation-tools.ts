import { z } from 'zod'
import type { CommandAnswer } from '../../answers.ts'
import type { AnyOperation } from '../../define-operation.ts'
import { callOf, type Declared } from '../../operations.ts'
import { spellingOf } from '../../spelling.ts'
import type { AnyTool, Tool } from './define-tool.ts'
import { TaskId } from './fields.ts'
import { steerTask } from './steer-task.ts'

/** A tool for every operation that says how models call it: it takes the operation's fields, and answers what the operation answers. */
export const operationTools = (all: Declared): AnyTool[] =>
  Object.entries(all).flatMap(([name, operation]) => (operation.tool ? [toolOf(name, operation, operation.tool)] : []))

const toolOf = (name: string, operation: AnyOperation, { strict, done, ...words }: NonNullable<AnyOperation['tool']>): Tool => {
  const { shape, input } = spellingOf(operation, { id: 'task_id' })
  const fields = done ? { ...shape, task_id: TaskId } : shape
  return {
    ...words,
    input: strict ? z.strictObject(fields) : z.object(fields),
    ...(done ? {} : { answer: operation.answer }),
    readOnly: operation.scopes.every((scope) => scope === 'read'),
    handler: async (said, { operations }) => {
      const wish = input(said)
      const call = callOf(operations, name)
      if (!done) return call(wish)
      // What has `done` is a command about a task: its fields are of its own schemas, and its answer is a command's.
      const command = () => call(wish) as Promise<CommandAnswer>
      return steerTask(operations, String(said['task_id']), (after) => done(wish as never, after), command)
    },
  }
}
