import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isId } from '../../bus/subjects.ts'
import type { ViewFolder } from './define-view.ts'

/** A folder of `<task id>.json`, private to its owner. */
export interface TaskFolder extends ViewFolder {
  /** Takes all tasks' files away. */
  empty(): void
  /** Moves all tasks' files to another folder, over those that are there, and is gone. */
  moveTo(path: string): void
}

export const openTaskFolder = (path: string): TaskFolder => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const taskFiles = (): string[] => readdirSync(path).filter(isTaskFile)
  return {
    write: (name, text) => {
      if (!isTaskFile(name)) throw new Error(`"${name}" is no name for a task's file`)
      const temporary = join(path, `.${name}.new`)
      writeFileSync(temporary, text, { mode: 0o600 })
      renameSync(temporary, join(path, name))
    },
    empty: () => {
      for (const name of taskFiles()) rmSync(join(path, name), { force: true })
    },
    moveTo: (other) => {
      for (const name of taskFiles()) renameSync(join(path, name), join(other, name))
      rmSync(path, { recursive: true })
    },
  }
}

const isTaskFile = (name: string): boolean => name.endsWith('.json') && isId(name.slice(0, -'.json'.length))
