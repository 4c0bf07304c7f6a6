import { existsSync, readFileSync } from 'node:fs'
import { processStartTime } from '../../infra/locks/process-identity.mjs'

/** Whether it still runs: a zombie that nobody has buried yet does not. */
export function isRunning(pid: number): boolean {
  if (process.platform !== 'linux') return processStartTime(pid) !== null
  if (!existsSync(`/proc/${pid}/stat`)) return false
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
}
