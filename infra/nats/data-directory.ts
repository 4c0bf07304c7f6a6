import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { accountsFor } from './accounts.ts'

/** How a client of ours signs in. The inbox prefix is a part of it: the permissions name it. */
export interface NatsLogin {
  user: string
  password: string
  inboxPrefix: string
}
export interface NatsLogins {
  cortex: NatsLogin
  inspector: NatsLogin
}

/** Where everything of one embedded server lies; all files in it are for its owner only. */
export interface DataDirectory {
  path: string
  lock: string
  configuration: string
  secrets: string
  context: string
  log: string
  pidFile: string
  store: string
  serverName: string
}

export function dataDirectory(path: string): DataDirectory {
  const absolute = resolve(path)
  return {
    path: absolute,
    lock: join(absolute, 'owner.json'),
    configuration: join(absolute, 'nats-server.conf'),
    secrets: join(absolute, 'nats-secrets.json'),
    context: join(absolute, 'nats-context.json'),
    log: join(absolute, 'nats-server.log'),
    pidFile: join(absolute, 'nats-server.pid'),
    store: join(absolute, 'jetstream'),
    serverName: `cortex-${createHash('sha256').update(absolute).digest('hex').slice(0, 12)}`,
  }
}

/** Makes the directory (0700), which also keeps itself out of git. */
export function createDataDirectory(path: string): DataDirectory {
  const directory = dataDirectory(path)
  mkdirSync(directory.path, { recursive: true, mode: 0o700 })
  chmodSync(directory.path, 0o700)
  const ignore = join(directory.path, '.gitignore')
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
  return directory
}

/**
 * The logins of this data directory, made at the first start and kept. Throws when the file was damaged: new secrets would lock out
 * whoever has the old ones without a word.
 */
export function loadLogins(directory: DataDirectory): NatsLogins {
  if (!existsSync(directory.secrets)) {
    const fresh = { cortex: randomBytes(32).toString('base64url'), inspector: randomBytes(32).toString('base64url') }
    writePrivate(directory.secrets, `${JSON.stringify(fresh)}\n`)
  }
  const { cortex, inspector } = readSecrets(directory.secrets)
  return {
    cortex: { user: 'cortex', password: cortex, inboxPrefix: '_INBOX_cortex' },
    inspector: { user: 'inspector', password: inspector, inboxPrefix: '_INBOX_inspector' },
  }
}

function readSecrets(path: string): { cortex: string; inspector: string } {
  const damaged = new Error(`${path} does not hold the two secrets of this store; remove it and start again, and new ones are made`)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if (cause instanceof SyntaxError) throw damaged
    throw cause
  }
  if (typeof content !== 'object' || content === null || !('cortex' in content) || !('inspector' in content)) throw damaged
  const { cortex, inspector } = content
  const isSecret = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{32,}$/.test(value)
  if (!isSecret(cortex) || !isSecret(inspector)) throw damaged
  return { cortex, inspector }
}

export interface ServerSettings {
  port: number
  sync: 'always' | 'fast'
  /** Bytes. */
  maxPayload: number
  functionConsumers: readonly string[]
}

/** Writes the server's configuration and the context for the nats command line; both hold secrets. */
export function writeConfiguration(directory: DataDirectory, settings: ServerSettings, logins: NatsLogins): void {
  writePrivate(directory.configuration, serverConfiguration(directory, settings, logins))
  const context = {
    description: 'Cortex: reads the streams EVENTS, MEMORY, LIVE and DLQ',
    url: `nats://127.0.0.1:${settings.port}`,
    user: logins.inspector.user,
    password: logins.inspector.password,
    inbox_prefix: logins.inspector.inboxPrefix,
  }
  writePrivate(directory.context, `${JSON.stringify(context, null, 2)}\n`)
}

/** Bytes. Otherwise it takes three quarters of what is free at its start for its limit, for ever: `infra/disk` watches what is free now. */
const NO_LIMIT = 2 ** 50

/** nats-server reads JSON, too; the quoting of paths is then not our matter. */
function serverConfiguration(directory: DataDirectory, settings: ServerSettings, logins: NatsLogins): string {
  const nobody = { user: 'outsider', password: randomBytes(32).toString('base64url') }
  const configuration = {
    listen: `127.0.0.1:${settings.port}`,
    server_name: directory.serverName,
    max_payload: settings.maxPayload,
    pid_file: directory.pidFile,
    log_file: directory.log,
    logfile_size_limit: 10_000_000,
    logfile_max_num: 2,
    jetstream: { store_dir: directory.store, max_file_store: NO_LIMIT, ...(settings.sync === 'always' ? { sync_interval: 'always' } : {}) },
    no_auth_user: nobody.user,
    accounts: accountsFor({ ...logins, nobody }, settings.functionConsumers),
  }
  return `${JSON.stringify(configuration, null, 2)}\n`
}

/** Whole or not at all, and never readable by others, not even for a moment. */
function writePrivate(path: string, content: string): void {
  const draft = `${path}.${process.pid}.draft`
  writeFileSync(draft, content, { mode: 0o600 })
  renameSync(draft, path)
}
