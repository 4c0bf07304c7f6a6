import { milliseconds } from '../../bus/duration.ts'
import { encode, eventId } from '../../bus/envelope.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { store } from '../../bus/jetstream/publish.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { openSince, type Task } from '../../domain/task.ts'
import type { TaskFolds } from '../../domain/task-story.ts'
import type { Config } from '../config/config-schema.ts'

/** The open tasks that are older than the age (milliseconds) after which a task goes to a person. Pure. */
export const overdueOf = (tasks: readonly Task[], ageMs: number, now: Date): { id: string; since: string }[] =>
  tasks.map((task) => ({ id: task.id, since: openSince(task) })).filter(({ since }) => now.getTime() - Date.parse(since) > ageMs)

/**
 * Tells of every open task that is older than `limits.task_age`: where nobody was there for as long as EVENTS keeps anything, the
 * task's timer died with it. The same again changes nothing, and neither does a timer that lived.
 */
export const tellOverdue = async (
  { connection, folds }: { readonly connection: Connection; readonly folds: Pick<TaskFolds, 'openStates'> },
  { limits }: Pick<Config, 'limits'>,
  signal: AbortSignal,
  now: () => Date = () => new Date(),
): Promise<void> => {
  for (const { id, since } of overdueOf(await folds.openStates(0), milliseconds(limits.task_age), now())) {
    const overdue = {
      id: eventId(id, 'start', `overdue ${since}`),
      type: 'task.overdue',
      subject: id,
      source: 'cortex',
      time: now().toISOString(),
      causedBy: id,
      hops: 1,
      data: { since },
    }
    await store(connection, [{ ...encode(catalogue, overdue, connection.seal), messageId: overdue.id }], signal)
  }
}
