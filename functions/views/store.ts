import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { messageOf } from '../../bus/errors.ts'
import { isId } from '../../bus/subjects.ts'
import type { Fact } from '../../domain/fact.ts'
import type { AnyView, SqlValue, ViewDatabase, ViewFolder } from './define-view.ts'

/** How far a stream was read, and which life of the stream it was. */
export interface Checkpoint {
  readonly created: string
  readonly sequence: number
}
export interface Batch {
  readonly facts: readonly Fact[]
  readonly checkpoint?: { readonly stream: string } & Checkpoint
}

/** The views' database: facts go in by batches, each with its checkpoint in one transaction. Synchronous: for a worker thread. */
export interface ViewStore {
  checkpoints(): Record<string, Checkpoint>
  /** Empties everything, files too: the next facts are the first. */
  clear(): void
  /** Returns what views could not take in, in words. */
  apply(batch: Batch): string[]
  readonly db: ViewDatabase
  close(): void
}

const OWN_TABLES = [
  'CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID',
  'CREATE TABLE checkpoints (stream TEXT PRIMARY KEY, created TEXT NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID',
]

/** Opens or makes the database. One with other tables than the views have now, or a damaged one, is made anew: it can be replayed. */
export const openViewStore = (dbPath: string, tasksDir: string, views: ReadonlyMap<string, AnyView>): ViewStore => {
  const statements = [...OWN_TABLES, ...[...views.values()].flatMap(({ tables }) => tables)]
  const version = createHash('sha256').update(statements.join('\n')).digest().readInt32BE()
  mkdirSync(dirname(dbPath), { recursive: true, mode: 0o700 })
  mkdirSync(tasksDir, { recursive: true, mode: 0o700 })
  const anew = (): DatabaseSync => {
    removeFiles(dbPath, tasksDir)
    return create(dbPath, statements, version)
  }
  let raw = openChecked(dbPath, version) ?? anew()
  let db = databaseOf(raw)
  const folder = folderOf(tasksDir)
  return {
    get db() {
      return db
    },
    checkpoints: () =>
      Object.fromEntries(
        db
          .all('SELECT stream, created, sequence FROM checkpoints')
          .map(({ stream, created, sequence }) => [String(stream), { created: String(created), sequence: Number(sequence) }]),
      ),
    clear: () => {
      raw.close()
      raw = anew()
      db = databaseOf(raw)
    },
    apply: (batch) => inTransaction(db, () => applyBatch(db, views, folder, batch)),
    close: () => raw.close(),
  }
}

/** The database if it is whole and of this version. */
const openChecked = (path: string, version: number): DatabaseSync | undefined => {
  let raw: DatabaseSync | undefined
  try {
    raw = configured(path)
    if (raw.prepare('PRAGMA user_version').get()?.['user_version'] === version) return raw
    raw.close()
  } catch (error) {
    raw?.close()
    // Damaged, or no database at all: it is made anew from the streams. Anything else (locked, no rights) is told.
    if (!isDamaged(error)) throw new Error(`the views' database ${path} cannot be opened: ${messageOf(error)}`, { cause: error })
  }
  return undefined
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const isDamaged = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && [11, 26].includes(Number(error.errcode) % 256)

const configured = (path: string): DatabaseSync => {
  const raw = new DatabaseSync(path, { timeout: 5000 })
  // Losing the last transactions with the power is harmless: they are read from the streams again.
  raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  return raw
}

const create = (path: string, statements: readonly string[], version: number): DatabaseSync => {
  const raw = configured(path)
  raw.exec(['BEGIN', ...statements, `PRAGMA user_version = ${version}`, 'COMMIT'].join(';\n'))
  return raw
}

const removeFiles = (dbPath: string, tasksDir: string): void => {
  for (const ending of ['', '-wal', '-shm']) rmSync(dbPath + ending, { force: true })
  for (const name of readdirSync(tasksDir)) if (isTaskFile(name)) rmSync(join(tasksDir, name), { force: true })
}

const isTaskFile = (name: string): boolean => name.endsWith('.json') && isId(name.slice(0, -'.json'.length))

const databaseOf = (raw: DatabaseSync): ViewDatabase => {
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    const found = prepared.get(sql) ?? raw.prepare(sql)
    prepared.set(sql, found)
    return found
  }
  // Our tables hold text and numbers only; integers stay below 2^53.
  const rows = (sql: string, values: readonly SqlValue[]) => statement(sql).all(...values) as Record<string, SqlValue>[]
  return {
    run: (sql, ...values) => void statement(sql).run(...values),
    get: (sql, ...values) => rows(sql, values)[0],
    all: (sql, ...values) => rows(sql, values),
  }
}

const folderOf = (path: string): ViewFolder => ({
  write: (name, text) => {
    if (!isTaskFile(name)) throw new Error(`"${name}" is no name for a task's file`)
    const temporary = join(path, `.${name}.new`)
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, join(path, name))
  },
})

const inTransaction = <T>(db: ViewDatabase, work: () => T): T => {
  db.run('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.run('COMMIT')
    return result
  } catch (error) {
    db.run('ROLLBACK')
    throw error
  }
}

const applyBatch = (db: ViewDatabase, views: ReadonlyMap<string, AnyView>, folder: ViewFolder, batch: Batch): string[] => {
  const faults: string[] = []
  const touched = new Map([...views.keys()].map((name) => [name, new Set<string>()]))
  for (const fact of batch.facts) {
    if (db.get('SELECT 1 AS known FROM seen WHERE id = ?', fact.id)) continue
    db.run('INSERT INTO seen VALUES (?)', fact.id)
    for (const [name, view] of views) {
      if (!view.on.includes(fact.type)) continue
      faults.push(...applyOne(db, name, view, fact))
      touched.get(name)?.add(fact.subject)
    }
  }
  for (const [name, view] of views) view.settle?.(db, [...(touched.get(name) ?? [])], folder)
  const { checkpoint } = batch
  if (checkpoint) db.run('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)', checkpoint.stream, checkpoint.created, checkpoint.sequence)
  return faults
}

/** A fact that one view cannot take in does not keep it, or the next facts, from the others. */
const applyOne = (db: ViewDatabase, name: string, view: AnyView, fact: Fact): string[] => {
  db.run('SAVEPOINT one')
  try {
    // The view's declaration says which facts it takes; that was looked at above.
    view.apply(db, fact as never)
    return []
  } catch (error) {
    db.run('ROLLBACK TO one')
    return [`view ${name} could not take in ${fact.type} of ${fact.subject} (sequence ${fact.sequence}): ${messageOf(error)}`]
  } finally {
    db.run('RELEASE one')
  }
}
