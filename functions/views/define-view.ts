import type { EventType } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'

export type SqlValue = string | number | null
export type Row = Readonly<Record<string, SqlValue>>

/** A database as views use it: inside one transaction of facts, statements kept prepared. */
export interface ViewDatabase {
  run(sql: string, ...values: readonly SqlValue[]): void
  /** The first row, undefined when there is none. */
  get(sql: string, ...values: readonly SqlValue[]): Row | undefined
  all(sql: string, ...values: readonly SqlValue[]): Row[]
}

/** What facts look like from one side, made of facts alone: it can be thrown away and made again at any time. */
export interface View<On extends EventType> {
  /** Raise it when `apply` or `settle` says something else than before: what was made by the older one is made anew. */
  readonly version: number
  /** Statements that create its tables and indexes in an empty database. */
  readonly tables: readonly string[]
  readonly on: readonly On[]
  /** Takes one fact in. Each `ce-id` comes once; of one story in the order of storage. */
  apply(db: ViewDatabase, fact: Fact<On>): void
  /** Called before a transaction is closed with the stories that had facts of `on` in it; files written here may be written again. */
  settle?(db: ViewDatabase, ids: readonly string[], folder: ViewFolder): void
}

/** Where a view writes files. */
export interface ViewFolder {
  /** Writes a whole file or nothing, readable by the owner only. */
  write(name: string, text: string): void
}

/** Any view, as the keeper handles it. */
export type AnyView = Omit<View<EventType>, 'apply'> & { apply(db: ViewDatabase, fact: never): void }

/** Declares a view. Files of `functions/views` whose default export is one are found at the start. */
export const defineView = <const On extends EventType>(view: View<On>): View<On> => view
