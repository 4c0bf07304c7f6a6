import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import type { z } from 'zod'
import { cacheFolder } from '../setup/cache.mjs'
import type { PlatformSettings } from './chat-schema.ts'
import { type Config, ConfigSchema, configSchema } from './config-schema.ts'
import { crossFaults, type Work } from './cross-faults.ts'
import type { Environment } from './environment.ts'
import { dotted, faultsInWords, withoutFaultyPlaces } from './faults.ts'
import { nearestConfiguration } from './nearest-configuration.ts'

/** Our own environment: the only place that reads it. */
export function ownEnvironment(): Environment {
  return process.env
}

/** The value of a variable that the configuration names, such as the key of the API lane; undefined when it is not set or empty. */
export function namedVariable(name: string | undefined, env: Environment = ownEnvironment()): string | undefined {
  return name === undefined ? undefined : env[name] || undefined
}

/** Everything that is wrong with the configuration, in words; a usage error (exit 2). */
export class ConfigFault extends Error {
  override name = 'ConfigFault'
  readonly faults: readonly string[]
  constructor(where: string, faults: readonly string[]) {
    super(`${where}: ${faults.length === 1 ? faults[0] : `${faults.length} faults\n${faults.map((fault) => `  - ${fault}`).join('\n')}`}`)
    this.faults = faults
  }
}

/** What the command line says; each wins over the environment and the file. */
export interface ConfigOverrides {
  data?: string | undefined
  /** Of the gateway. */
  port?: number | undefined
  /** Of the embedded bus. */
  busPort?: number | undefined
  sync?: string | undefined
  logLevel?: string | undefined
}

export interface LoadConfigInput {
  /** The file; then it must be there. Default: CORTEX_CONFIG, else the nearest cortex.toml from `cwd` upwards, else no file and all defaults. */
  path?: string | undefined
  env?: Environment
  overrides?: ConfigOverrides
  /** Folder that relative paths of the command line start from; default: the current one. */
  cwd?: string
  /** The functions whose limits the settings must fit into, for a configuration that is to be worked with. */
  works?: readonly Work[]
}

export interface LoadedConfig {
  /** Frozen through and through. Paths of projects are absolute. */
  readonly config: Config
  /** The file it came from, null when all are defaults. */
  readonly file: string | null
  readonly dataDir: string
  readonly cacheDir: string
  /** Set: use that server instead of the embedded one. */
  readonly natsUrl: string | null
}

/** What others know of their sections, handed in: the configuration imports none of those whom it configures. */
export interface ConfigParts {
  readonly platforms: PlatformSettings
  /** Each says what is wrong only in the light of another setting. Pure. */
  readonly checks: readonly ((config: Config) => readonly string[])[]
}

/** The configuration as it is read with these parts; `infra/app/configuration.ts` has those of the product. */
export interface ConfigReader {
  readonly schema: typeof ConfigSchema
  /** Reads and checks `cortex.toml`. Throws `ConfigFault` with all faults at once. */
  loadConfig(input?: LoadConfigInput): LoadedConfig
  /** The pure part: an object as TOML gives it, and what wins over it, to a checked configuration. Throws `ConfigFault`. */
  checkConfig(where: string, input: unknown, given?: CheckedWith): Config
}

export function configWith({ platforms, checks }: ConfigParts): ConfigReader {
  const schema = configSchema(platforms)
  const rules: Rules = {
    schema,
    between: (config, works, agentNames) => [...crossFaults(config, works, agentNames), ...checks.flatMap((check) => check(config))],
  }
  return {
    schema,
    loadConfig: (input = {}) => load(rules, input),
    checkConfig: (where, input, given = {}) => checked(rules, where, input, given),
  }
}

interface Rules {
  readonly schema: typeof ConfigSchema
  /** What is wrong only in the light of another setting. */
  readonly between: typeof crossFaults
}

function load(rules: Rules, input: LoadConfigInput): LoadedConfig {
  const { path, env = ownEnvironment(), overrides = {}, cwd = process.cwd(), works = [] } = input
  const file = configurationFile(path, env, cwd)
  const where = file ?? 'configuration'
  const checkedWith = { winning: laidOver(env, overrides), works, more: environmentFaults(env) }
  const config = checked(rules, where, file === null ? {} : readToml(file), checkedWith)
  return placed(config, file, { env, overrides, cwd })
}

/** Everything by default, in the places where it would be: for looking around where the file is faulty. */
export function defaultsAt({ path, env = ownEnvironment(), overrides = {}, cwd = process.cwd() }: LoadConfigInput): LoadedConfig {
  const named = path ?? namedVariable('CORTEX_CONFIG', env)
  const file = named === undefined ? nearestConfiguration(cwd) : named
  return placed(ConfigSchema.parse({}), resolve(cwd, file ?? 'cortex.toml'), { env, overrides, cwd })
}

function placed(
  config: Config,
  file: string | null,
  { env, overrides, cwd }: Required<Pick<LoadConfigInput, 'env' | 'overrides' | 'cwd'>>,
): LoadedConfig {
  const folder = file === null ? resolve(cwd) : dirname(file)
  const natsUrl = namedVariable('NATS_URL', env) ?? null
  const data = overrides.data ?? namedVariable('CORTEX_DATA', env)
  return Object.freeze({
    config: deepFreeze(withAbsolutePaths(config, folder)),
    file,
    dataDir: data === undefined ? join(folder, '.cortex') : resolve(cwd, data),
    cacheDir: cacheFolder(env),
    natsUrl,
  })
}

function checked(rules: Rules, where: string, input: unknown, { winning = {}, works = [], more = [] }: CheckedWith): Config {
  const given = merged(input, winning)
  const parsed = rules.schema.safeParse(given)
  const found = parsed.success
    ? rules.between(parsed.data, works)
    : [...faultsInWords(parsed.error.issues, given), ...furtherFaults(rules, given, works, parsed.error.issues)]
  const faults = [...found, ...more]
  if (!parsed.success || faults.length > 0) throw new ConfigFault(where, faults)
  return parsed.data
}

/**
 * The cross-faults of what is left without the faulty places, so that one look at the list is enough. Those that only tell
 * what was taken out ("has nothing to run", when its command is the faulty thing) are left out.
 */
function furtherFaults({ schema, between }: Rules, given: unknown, works: readonly Work[], issues: readonly z.core.$ZodIssue[]): string[] {
  const { rest, removed } = withoutFaultyPlaces(given, issues)
  const parsed = schema.safeParse(rest)
  if (!parsed.success) return [] // a fault at the root: nothing is left to look at
  const agentNames = isTable(given) && isTable(given['agents']) ? Object.keys(given['agents']) : []
  const echoes = removed.flatMap((place) => [dotted(place), `${dotted(place.slice(0, -1))} has no`])
  return between(parsed.data, works, agentNames).filter((fault) => !echoes.some((echo) => fault.includes(echo)))
}

/** What wins over the input, what it must fit into, and what is wrong elsewhere. */
export interface CheckedWith {
  readonly winning?: Winning
  readonly works?: readonly Work[]
  readonly more?: readonly string[]
}

/** Section, key, value. */
type Winning = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function laidOver(env: Environment, overrides: ConfigOverrides): Winning {
  const nats = { port: overrides.busPort, sync: overrides.sync ?? namedVariable('CORTEX_SYNC', env) }
  const gateway = { port: overrides.port }
  const log = { level: overrides.logLevel ?? namedVariable('CORTEX_LOG_LEVEL', env) }
  return { nats, gateway, log }
}

function merged(input: unknown, winning: Winning): unknown {
  if (!isTable(input)) return input
  const result: Record<string, unknown> = { ...input }
  for (const [section, values] of Object.entries(winning)) {
    const set = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
    const below = result[section] ?? {}
    if (Object.keys(set).length > 0 && isTable(below)) result[section] = { ...below, ...set }
  }
  return result
}

function configurationFile(path: string | undefined, env: Environment, cwd: string): string | null {
  const named = path ?? namedVariable('CORTEX_CONFIG', env)
  if (named === undefined) return nearestConfiguration(cwd) ?? null
  const file = resolve(cwd, named)
  if (existsSync(file)) return file
  throw new ConfigFault(file, [`there is no such file${path === undefined ? ' (CORTEX_CONFIG names it)' : ''}`])
}

function readToml(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigFault(file, [`it cannot be read: ${error instanceof Error ? error.message : String(error)}`])
  }
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const what = error.message.split('\n')[0] ?? ''
    throw new ConfigFault(file, [`line ${error.line}, column ${error.column} is not TOML: ${what.replace(/^Invalid TOML document: /, '')}`])
  }
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const projects = Object.entries(config.projects).map(([name, project]) => [
    name,
    project.path === undefined ? project : { ...project, path: resolve(folder, project.path) },
  ])
  const agents = Object.entries(config.agents).map(([name, agent]) => [
    name,
    { ...agent, ...programAt(folder, 'command', agent.command), ...programAt(folder, 'read_command', agent.read_command) },
  ])
  return { ...config, projects: Object.fromEntries(projects), agents: Object.fromEntries(agents) }
}

/** A program named by a relative path lies beside the configuration, and never in the worktree that it is started in. */
function programAt(folder: string, key: string, argv: readonly string[] | undefined): Record<string, readonly string[]> {
  const [program, ...rest] = argv ?? []
  return program?.includes('/') ? { [key]: [resolve(folder, program), ...rest] } : {}
}

function environmentFaults(env: Environment): string[] {
  const url = namedVariable('NATS_URL', env)
  return url === undefined || isNatsUrl(url) ? [] : ['NATS_URL is no address of a NATS server; it looks like nats://127.0.0.1:4222']
}

function isNatsUrl(text: string): boolean {
  return text.split(',').every((one) => /^((nats|tls|ws|wss):\/\/)?[^\s/]+$/.test(one.trim()))
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
