import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { createDatabase, type Database, openDatabase } from './database.ts'
import { openTaskFolder, type TaskFolder } from './task-folder.ts'

/** A database of the views and the folder of its tasks' files. */
export interface Generation {
  readonly db: Database
  readonly folder: TaskFolder
}

/** The views that answer and those that take facts in: the same, but while those of a new meaning are built beside the older ones. */
export interface Generations {
  readonly answering: () => Generation
  readonly building: () => Generation
  /** The built one takes the place of the other. */
  adopt(): void
  /** Both are thrown away; an empty one answers and is built. */
  clear(): void
  close(): void
}

/** Where a generation lies. */
export interface Place {
  readonly dbPath: string
  readonly tasksDir: string
}

/**
 * Opens what there is. A damaged database, or none, is made anew, with these statements; beside one of another version the next is
 * begun, or taken up where an earlier process left it.
 */
export const openGenerations = (place: Place, statements: readonly string[], version: number): Generations => {
  const beside: Place = { dbPath: `${place.dbPath}.new`, tasksDir: `${place.tasksDir}.new` }
  mkdirSync(dirname(place.dbPath), { recursive: true, mode: 0o700 })
  const anew = ({ dbPath, tasksDir }: Place): Generation => {
    removeDatabase(dbPath)
    const folder = openTaskFolder(tasksDir)
    folder.empty()
    return { db: createDatabase(dbPath, statements, version), folder }
  }
  const there = open(place)
  let answering: Generation = there ?? anew(place)
  let building: Generation = answering
  if (there && there.version !== version) {
    const begun = open(beside)
    if (begun?.version !== version) begun?.db.close()
    building = begun?.version === version ? begun : anew(beside)
  }
  const close = (): void => {
    answering.db.close()
    if (building !== answering) building.db.close()
  }
  return {
    answering: () => answering,
    building: () => building,
    adopt: () => {
      if (building === answering) return
      close()
      building.folder.moveTo(place.tasksDir)
      // Its journal must not be taken for one of the file that comes in its place.
      removeJournal(place.dbPath)
      renameSync(beside.dbPath, place.dbPath)
      const adopted = open(place)
      if (!adopted) throw new Error(`the views' database ${place.dbPath} was damaged as it was put there; restart cortex to make it anew`)
      answering = building = adopted
    },
    clear: () => {
      close()
      removeDatabase(beside.dbPath)
      rmSync(beside.tasksDir, { recursive: true, force: true })
      answering = building = anew(place)
    },
    close,
  }
}

/** Undefined where there is no whole one. */
const open = ({ dbPath, tasksDir }: Place): (Generation & { version: number }) | undefined => {
  const found = openDatabase(dbPath)
  // A file that opening has just made has no version, and no tables.
  if (found?.version !== 0) return found && { ...found, folder: openTaskFolder(tasksDir) }
  found.db.close()
  return undefined
}

const removeDatabase = (path: string): void => {
  rmSync(path, { force: true })
  removeJournal(path)
}

const removeJournal = (path: string): void => {
  for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true })
}
