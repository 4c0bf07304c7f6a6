import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { messageOf } from '../../bus/errors.ts'
import type { SqlValue, ViewDatabase } from './define-view.ts'

/** A file of SQLite as the views use it. Synchronous: for the keeper's thread. */
export interface Database extends ViewDatabase {
  /** All of the work, or nothing when it throws. */
  transaction<T>(work: () => T): T
  close(): void
}

/** The database if there is a whole one; its version says what its tables hold. Throws for anything but damage (locked, no rights). */
export const openDatabase = (path: string): { db: Database; version: number } | undefined => {
  let raw: DatabaseSync | undefined
  try {
    raw = configured(path)
    return { version: Number(raw.prepare('PRAGMA user_version').get()?.['user_version']), db: databaseOf(raw) }
  } catch (error) {
    raw?.close()
    if (!isDamaged(error)) throw new Error(`the views' database ${path} cannot be opened: ${messageOf(error)}`, { cause: error })
    return undefined
  }
}

/** Makes a database where there is none. */
export const createDatabase = (path: string, statements: readonly string[], version: number): Database => {
  const raw = configured(path)
  raw.exec(['BEGIN', ...statements, `PRAGMA user_version = ${version}`, 'COMMIT'].join(';\n'))
  return databaseOf(raw)
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const isDamaged = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && [11, 26].includes(Number(error.errcode) % 256)

/** SQLITE_IOERR and SQLITE_FULL: the disk's fault, and not that of what was written. */
export const isOfDisk = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && [10, 13].includes(Number(error.errcode) % 256)

/** Only its owner may read it, whatever folder it lies in; SQLite gives its other files the same rights. */
const configured = (path: string): DatabaseSync => {
  closeSync(openSync(path, 'a', 0o600))
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
  const raw = new DatabaseSync(path, { timeout: 5000 })
  // Losing the last transactions with the power is harmless: they are read from the streams again.
  raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  return raw
}

const databaseOf = (raw: DatabaseSync): Database => {
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    const found = prepared.get(sql) ?? raw.prepare(sql)
    prepared.set(sql, found)
    return found
  }
  // Our tables hold text and numbers only; integers stay below 2^53.
  const rows = (sql: string, values: readonly SqlValue[]) => statement(sql).all(...values) as Record<string, SqlValue>[]
  const run = (sql: string, ...values: readonly SqlValue[]): void => void statement(sql).run(...values)
  return {
    run,
    get: (sql, ...values) => rows(sql, values)[0],
    all: (sql, ...values) => rows(sql, values),
    transaction: (work) => {
      run('BEGIN IMMEDIATE')
      try {
        const result = work()
        run('COMMIT')
        return result
      } catch (error) {
        // SQLite has given it up already where the disk had no room.
        if (raw.isTransaction) run('ROLLBACK')
        throw error
      }
    },
    close: () => raw.close(),
  }
}
