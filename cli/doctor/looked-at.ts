import { loadConfig } from '../../infra/app/configuration.ts'
import { hasStore, lastConfiguration } from '../../infra/app/system-file.ts'
import { ConfigFault, defaultsAt, type LoadConfigInput, type LoadedConfig } from '../../infra/config/config.ts'
import { dataDirFor } from '../where.ts'

interface LookedAt {
  readonly loaded: LoadedConfig
  /** What is wrong with the configuration; `loaded` is then all defaults, so that the rest can be looked at all the same. */
  readonly faults?: readonly string[]
}

/**
 * The configuration that counts here. Where there is none, the data that every command finds from here are looked at, with the
 * configuration by which they were worked on last.
 */
export const lookedAt = (input: LoadConfigInput & { readonly cwd: string }): LookedAt => {
  const here = read(input)
  if (here.loaded.file !== null) return here
  const data = dataDirFor({ data: input.overrides?.data, cwd: input.cwd })
  // What came with a repository says nothing.
  const last = data !== undefined && hasStore(data) ? lastConfiguration(data) : undefined
  return read({ ...input, ...(last === undefined ? {} : { path: last }), overrides: { ...input.overrides, data } })
}

const read = (input: LoadConfigInput): LookedAt => {
  try {
    return { loaded: loadConfig(input) }
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    return { loaded: defaultsAt(input), faults: error.faults }
  }
}
