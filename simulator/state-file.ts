import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { newState, type State } from './state.ts'

/**
 * The state in the file, or a new one when there is no file.
 * @throws Error when the file is not a state of this version.
 */
export const loadState = (path: string | undefined, loginRequired: boolean): State => {
  const fresh = newState({ required: loginRequired, epoch: 1 })
  if (!path || !existsSync(path)) return fresh
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isState(found)) throw new Error(`${path} is no state of the stand-in page: name another file, or remove it.`)
  return { ...fresh, ...found, session: { ...found.session, required: found.session.required || loginRequired } }
}

const isState = (found: unknown): found is State =>
  typeof found === 'object' && found !== null && 'version' in found && found.version === 1 && 'session' in found

/** Written beside and renamed, so that the file is whole at every moment. */
export const saveState = (path: string | undefined, state: State): void => {
  if (!path) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.next`, JSON.stringify(state))
  renameSync(`${path}.next`, path)
}
