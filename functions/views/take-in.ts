import { messageOf } from '../../bus/errors.ts'
import type { Fact } from '../../domain/fact.ts'
import { isOfDisk } from './database.ts'
import type { AnyView, ViewDatabase, ViewFolder } from './define-view.ts'

/** What the views have taken in already, and what they shall take in once all that comes before it is there. */
export const TAKE_IN_TABLES = [
  'CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID',
  'CREATE TABLE waiting (sequence INTEGER PRIMARY KEY, fact TEXT NOT NULL)',
]

/** Puts facts aside that do not come in the order of their sequences. */
export const putAside = (db: ViewDatabase, facts: readonly Fact[]): void => {
  for (const fact of facts) db.run('INSERT OR IGNORE INTO waiting VALUES (?, ?)', fact.sequence, JSON.stringify(fact))
}

/** Takes out the first so many of those that were put aside. */
export const takeUp = (db: ViewDatabase, limit: number): Fact[] => {
  const rows = db.all('SELECT sequence, fact FROM waiting ORDER BY sequence LIMIT ?', limit)
  db.run('DELETE FROM waiting WHERE sequence <= ?', rows.at(-1)?.['sequence'] ?? 0)
  return rows.map(({ fact }): Fact => JSON.parse(String(fact)))
}

/** Leads facts into the views that listen to them, each once; returns what views could not take in, in words. */
export const takeIn = (db: ViewDatabase, views: ReadonlyMap<string, AnyView>, folder: ViewFolder, facts: readonly Fact[]): string[] => {
  const faults: string[] = []
  const touched = new Map([...views.keys()].map((name) => [name, new Set<string>()]))
  for (const fact of facts) {
    if (db.get('SELECT 1 AS known FROM seen WHERE id = ?', fact.id)) continue
    db.run('INSERT INTO seen VALUES (?)', fact.id)
    for (const [name, view] of views) {
      if (!view.on.includes(fact.type)) continue
      faults.push(...takeOne(db, name, view, fact))
      touched.get(name)?.add(fact.subject)
    }
  }
  for (const [name, view] of views) view.settle?.(db, [...(touched.get(name) ?? [])], folder)
  return faults
}

/** A fact that one view cannot take in does not keep it, or the next facts, from the others. Throws what the disk refuses. */
const takeOne = (db: ViewDatabase, name: string, view: AnyView, fact: Fact): string[] => {
  db.run('SAVEPOINT one')
  try {
    // The view's declaration says which facts it takes; that was looked at before.
    view.apply(db, fact as never)
    db.run('RELEASE one')
    return []
  } catch (error) {
    if (isOfDisk(error)) throw error
    db.run('ROLLBACK TO one')
    db.run('RELEASE one')
    return [`view ${name} could not take in ${fact.type} of ${fact.subject} (sequence ${fact.sequence}): ${messageOf(error)}`]
  }
}
