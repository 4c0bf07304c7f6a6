import { Worker } from 'node:worker_threads'
import type { LessonRow, LessonSearch } from './lesson-search.ts'
import type { HealthEvent, ListedTask, ListFilter, TokenSum } from './queries.ts'
import type { Statistics } from './statistics.ts'
import type { ViewStore } from './store.ts'
import type { Dispatch, Workload } from './workload.ts'

export interface KeeperData {
  readonly dbPath: string
  readonly tasksDir: string
  /** Where the views are declared. */
  readonly viewsFolder: string
  /** What a fold means. */
  readonly foldVersion: number
}
export interface Call {
  readonly id: number
  readonly method: Exclude<keyof ViewKeeper, 'lost' | 'stop'> | 'close'
  readonly argument: unknown
}
export interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly fault?: string
}

/** The views' thread as seen from the main one. Every call rejects with a sentence when the thread is gone. */
export interface ViewKeeper
  extends Promised<Pick<ViewStore, 'checkpoints' | 'clear' | 'apply' | 'putAside' | 'takeUp' | 'isOutdated' | 'adopt'>> {
  list(filter: ListFilter): Promise<ListedTask[]>
  ids(prefix: string): Promise<{ id: string }[]>
  tokens(task: string | null): Promise<TokenSum[]>
  health(limit: number): Promise<HealthEvent[]>
  statistics(since: string): Promise<Statistics>
  dispatches(task: string): Promise<Dispatch[]>
  workload(since: string): Promise<Workload>
  lessonsNear(search: LessonSearch): Promise<LessonRow[]>
  lessonIds(project: string): Promise<{ id: string }[]>
  lessonsBeginning(id: string): Promise<(LessonRow & { readonly evidence: string })[]>
  lessonsOf(ids: readonly string[]): Promise<LessonRow[]>
  lessonUses(lesson: string): Promise<{ task: string; use: string; at: string }[]>
  /** Set once the thread is gone for good. */
  readonly lost: () => string | undefined
  stop(): Promise<void>
}

/** The same over a distance. */
type Promised<T extends { readonly [K in keyof T]: (...input: never[]) => unknown }> = {
  [K in keyof T]: (...input: Parameters<T[K]>) => Promise<ReturnType<T[K]>>
}

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

export const startKeeper = (data: KeeperData): ViewKeeper => {
  const keeper = new Worker(new URL('./keeper.ts', import.meta.url), { workerData: data })
  const pending = new Map<number, Pending>()
  let calls = 0
  let lost: string | undefined
  const lose = (why: string): void => {
    lost ??= why
    for (const { reject } of pending.values()) reject(new Error(lost))
    pending.clear()
  }
  keeper.on('message', ({ id, result, fault }: Answer) => {
    const waiting = pending.get(id)
    pending.delete(id)
    if (fault === undefined) waiting?.resolve(result)
    else waiting?.reject(new Error(fault))
  })
  keeper.on('error', (error) => lose(`the views have stopped: ${error instanceof Error ? error.message : String(error)}`))
  const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve(lose('the views have stopped'))))
  const call = <T>(method: Call['method'], argument: unknown = null): Promise<T> =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) return reject(new Error(lost))
      const id = calls++
      // The keeper answers each method with what this client's interface says.
      pending.set(id, { resolve: (value) => resolve(value as T), reject })
      const message: Call = { id, method, argument }
      keeper.postMessage(message)
    })
  return {
    checkpoints: () => call('checkpoints'),
    clear: () => call('clear'),
    apply: (batch) => call('apply', batch),
    putAside: (facts) => call('putAside', facts),
    takeUp: () => call('takeUp'),
    isOutdated: () => call('isOutdated'),
    adopt: () => call('adopt'),
    list: (filter) => call('list', filter),
    ids: (prefix) => call('ids', prefix),
    tokens: (task) => call('tokens', task),
    health: (limit) => call('health', limit),
    statistics: (since) => call('statistics', since),
    dispatches: (task) => call('dispatches', task),
    workload: (since) => call('workload', since),
    lessonsNear: (search) => call('lessonsNear', search),
    lessonIds: (project) => call('lessonIds', project),
    lessonsBeginning: (id) => call('lessonsBeginning', id),
    lessonsOf: (ids) => call('lessonsOf', ids),
    lessonUses: (lesson) => call('lessonUses', lesson),
    lost: () => lost,
    stop: async () => {
      if (lost === undefined) await call('close')
      await gone
    },
  }
}
