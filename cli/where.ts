import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { hasStore, lastConfiguration, nearestDataDir } from '../infra/app/system-file.ts'
import { namedVariable, ownEnvironment } from '../infra/config/config.ts'
import { nearestConfiguration } from '../infra/config/nearest-configuration.ts'
import { ownCommand } from './own-command.ts'

/** How a command was called: what runs this Cortex, and the options by which it was told where its system is. */
export interface Where {
  /** `cortex`, or what leads to this very one: see `ownCommand`. */
  readonly command: string
  readonly data?: string | undefined
  readonly config?: string | undefined
  /** The configuration with which those data are worked on, where a command that is told of none would take another. */
  readonly last?: string | undefined
}

/** The data folder that commands mean: `--data`, CORTEX_DATA, else the nearest `.cortex` upwards; undefined when there is none. */
export const dataDirFor = ({ data, cwd }: { data?: string | undefined; cwd: string }): string | undefined => {
  const named = data ?? namedVariable('CORTEX_DATA')
  return named === undefined ? (nearestDataDir(cwd) ?? undefined) : resolve(cwd, named)
}

interface Called {
  /** `--data` and `--config`, if given. */
  readonly data?: string | undefined
  readonly config?: string | undefined
  readonly cwd: string
  /** Whether the command reads a configuration. */
  readonly configured: boolean
}

/** By what the next command reaches what this one did. */
export const whereOf = ({ data, config, cwd, configured }: Called): Where => {
  const command = ownCommand(ownEnvironment())
  if (config !== undefined) return { command, data: data ?? namedVariable('CORTEX_DATA'), config }
  const named = namedVariable('CORTEX_CONFIG')
  const ownFile = named === undefined ? nearestConfiguration(cwd) : resolve(cwd, named)
  const dataDir = configured && ownFile !== undefined && existsSync(ownFile) ? undefined : dataDirFor({ data, cwd })
  // What came with a repository says nothing.
  const last = dataDir !== undefined && hasStore(dataDir) ? lastConfiguration(dataDir) : undefined
  if (dataDir === undefined || last === undefined || last === ownFile) return { command, data }
  return { command, data: data ?? (dataDir === join(dirname(last), '.cortex') ? undefined : dataDir), last }
}
