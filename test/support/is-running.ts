import { processStartTime } from '../../infra/locks/process-identity.mjs'

/** Whether it still runs: a zombie that nobody has buried yet does not. */
export function isRunning(pid: number): boolean {
  return processStartTime(pid) !== null
}
