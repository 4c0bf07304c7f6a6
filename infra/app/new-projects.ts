import { ConfigFault, type LoadedConfig } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { loadConfig } from './configuration.ts'

/** The projects that the file of a configuration names by now, and did not when it was read; of a file that cannot be read, none. */
export const newProjects = ({ file, config }: Pick<LoadedConfig, 'file' | 'config'>, env: Environment): string[] => {
  if (file === null) return []
  try {
    return Object.keys(loadConfig({ path: file, env }).config.projects).filter((name) => !Object.hasOwn(config.projects, name))
  } catch (error) {
    if (error instanceof ConfigFault) return []
    throw error
  }
}
