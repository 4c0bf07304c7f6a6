import type { Logger } from 'pino'
import type { Catalogue } from '../../bus/define-event.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { FOLD_VERSION } from '../../domain/evolve.ts'
import type { Building } from './build-progress.ts'
import { startFeed } from './feed.ts'
import { startKeeper } from './keeper-client.ts'
import { type LessonLists, lessonLists } from './lesson-lists.ts'
import type { HealthEvent, ListedTask, ListFilter, TokenSum } from './queries.ts'
import type { Statistics } from './statistics.ts'
import type { Dispatch, Workload } from './workload.ts'

export interface ViewsOptions {
  readonly connection: Connection
  readonly catalogue: Catalogue
  /** The SQLite file; its folder is made when it is missing. Deleting it and starting again makes it anew. */
  readonly dbPath: string
  /** Where `<task id>.json` files are written; the folder is ours. */
  readonly tasksDir: string
  readonly log: Logger
  /** Where the views are declared; default: this folder. */
  readonly viewsFolder?: string
  /** What a fold means; default: what this program's does. */
  readonly foldVersion?: number
}

/** Read models for lists and statistics. They follow the stream: ask `caughtUp` first where a fact just stored must show. */
export interface Views extends AsyncDisposable {
  /** What tasks taught. */
  readonly lessons: LessonLists
  /** Tasks, newest first. */
  list(filter?: ListFilter): Promise<ListedTask[]>
  /** Ids that begin with the prefix, newest first, 20 at most. */
  ids(prefix: string): Promise<string[]>
  tokens(task?: string): Promise<TokenSum[]>
  /** The newest events a person should have seen; default 50. */
  health(limit?: number): Promise<HealthEvent[]>
  /** Sums since that time, ISO 8601. */
  statistics(since: string): Promise<Statistics>
  /** Every call of an agent for a task, newest first. */
  dispatches(task: string): Promise<Dispatch[]>
  /** What runs, and how it went since that time, ISO 8601. */
  workload(since: string): Promise<Workload>
  /** How far they are while they take in what happened before; those of an older meaning answer meanwhile, if there are any. */
  readonly building: () => Building | undefined
  /** The last sequence of EVENTS that is in. */
  readonly position: () => number
  /** Resolves when that sequence of EVENTS is in. Throws when that takes longer than `withinMs` (default 30 s). */
  caughtUp(sequence: number, withinMs?: number): Promise<void>
  stop(): Promise<void>
}

/** Opens the database and starts to feed it; returns once it answers, while older facts may still be coming in. */
export const startViews = async (options: ViewsOptions): Promise<Views> => {
  const { connection, catalogue, dbPath, tasksDir, log, viewsFolder = import.meta.dirname, foldVersion = FOLD_VERSION } = options
  const keeper = startKeeper({ dbPath, tasksDir, viewsFolder, foldVersion })
  await keeper.isOutdated()
  const feed = startFeed({ connection, catalogue, keeper, log })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= feed.stop().then(() => keeper.stop()))
  return {
    list: (filter = {}) => keeper.list(filter),
    ids: async (prefix) => (await keeper.ids(prefix)).map(({ id }) => id),
    tokens: (task) => keeper.tokens(task ?? null),
    health: (limit = 50) => keeper.health(limit),
    statistics: (since) => keeper.statistics(since),
    dispatches: (task) => keeper.dispatches(task),
    workload: (since) => keeper.workload(since),
    lessons: lessonLists(keeper),
    building: feed.building,
    position: feed.position,
    caughtUp: (sequence, withinMs = 30_000) => feed.reach(sequence, withinMs),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
