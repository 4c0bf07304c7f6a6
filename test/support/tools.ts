import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cachedNatsServer, cachedSemgrep, cacheFolder, findOnPath } from '../../infra/setup/cache.mjs'

/** The nats-server that set-up brought, else the one on PATH. */
export const natsServerForTests = (): string => {
  const cached = cachedNatsServer(cacheFolder(process.env))
  if (existsSync(cached)) return cached
  execFileSync('nats-server', ['--version'])
  return 'nats-server'
}

/** Whether scans can be made: set-up brought semgrep, or it is on PATH. */
export const hasSemgrep = (): boolean => semgrepProgram() !== null
export const semgrepProgram = (): string | null => cachedSemgrep(cacheFolder(process.env)) ?? findOnPath('semgrep', process.env)
