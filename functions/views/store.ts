import { createHash } from 'node:crypto'
import type { Fact } from '../../domain/fact.ts'
import type { AnyView, ViewDatabase } from './define-view.ts'
import { type Generation, openGenerations, type Place } from './generations.ts'
import { putAside, TAKE_IN_TABLES, takeIn, takeUp } from './take-in.ts'

/** How far a stream was read, and which life of the stream it was. */
export interface Checkpoint {
  readonly created: string
  readonly sequence: number
}
export interface Batch {
  readonly facts: readonly Fact[]
  readonly checkpoint?: { readonly stream: string } & Checkpoint
}

/**
 * The views' database: facts go in by batches, each with its checkpoint in one transaction. One whose views meant something else
 * goes on answering while another is built beside it, of which `checkpoints`, `apply`, `putAside` and `takeUp` speak then.
 * Synchronous: for the keeper's thread.
 */
export interface ViewStore {
  checkpoints(): Record<string, Checkpoint>
  /** Empties everything, files too: the next facts are the first. */
  clear(): void
  /** Returns what views could not take in, in words. */
  apply(batch: Batch): string[]
  /** Keeps facts that are not in the order of their sequences until `takeUp`. */
  putAside(facts: readonly Fact[]): void
  /** Takes in the first of those that were put aside; `left` says whether there may be more. */
  takeUp(): { faults: string[]; left: boolean }
  /** Whether older views answer. */
  isOutdated(): boolean
  /** The views that were built take the place of the older ones. */
  adopt(): void
  /** What answers. */
  readonly db: ViewDatabase
  close(): void
}

const PAGE = 500
const CHECKPOINTS = 'CREATE TABLE checkpoints (stream TEXT PRIMARY KEY, created TEXT NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID'

/** Opens or makes the database. A damaged one is made anew, for it can be replayed; so is, beside it, one of another meaning. */
export const openViewStore = (place: Place, views: ReadonlyMap<string, AnyView>, foldVersion: number): ViewStore => {
  const statements = [...TAKE_IN_TABLES, CHECKPOINTS, ...[...views.values()].flatMap(({ tables }) => tables)]
  const generations = openGenerations(place, statements, meaningOf(statements, views, foldVersion))
  const { answering, building } = generations
  const inTransaction = <T>(work: (generation: Generation) => T): T => building().db.transaction(() => work(building()))
  return {
    get db() {
      return answering().db
    },
    isOutdated: () => building() !== answering(),
    checkpoints: () => checkpointsIn(building().db),
    apply: ({ facts, checkpoint }) =>
      inTransaction(({ db, folder }) => {
        const faults = takeIn(db, views, folder, facts)
        if (checkpoint) saveCheckpoint(db, checkpoint)
        return faults
      }),
    putAside: (facts) => inTransaction(({ db }) => putAside(db, facts)),
    takeUp: () =>
      inTransaction(({ db, folder }) => {
        const facts = takeUp(db, PAGE)
        return { faults: takeIn(db, views, folder, facts), left: facts.length === PAGE }
      }),
    adopt: generations.adopt,
    clear: generations.clear,
    close: generations.close,
  }
}

/** A number for what the tables hold and mean; never 0, which is what a fresh file of SQLite says. */
const meaningOf = (statements: readonly string[], views: ReadonlyMap<string, AnyView>, foldVersion: number): number => {
  const versions = [...views].map(([name, view]) => `${name} ${view.version}`)
  const hash = createHash('sha256').update([...statements, ...versions, `fold ${foldVersion}`].join('\n'))
  return hash.digest().readInt32BE() || 1
}

const checkpointsIn = (db: ViewDatabase): Record<string, Checkpoint> =>
  Object.fromEntries(
    db
      .all('SELECT stream, created, sequence FROM checkpoints')
      .map(({ stream, created, sequence }) => [String(stream), { created: String(created), sequence: Number(sequence) }]),
  )

const saveCheckpoint = (db: ViewDatabase, { stream, created, sequence }: { stream: string } & Checkpoint): void =>
  db.run('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)', stream, created, sequence)
