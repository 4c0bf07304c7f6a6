import type { Typed } from '../bus/next-steps.ts'
import { loadConfig } from '../infra/app/configuration.ts'
import { createLog } from '../infra/app/log.ts'
import { openSecrets } from '../infra/app/open-secrets.ts'
import { startSystem } from '../infra/app/start.ts'
import { lastConfiguration, operatorSecret } from '../infra/app/system-file.ts'
import { defaultsAt, type LoadedConfig, ownEnvironment } from '../infra/config/config.ts'
import { NO_CONFIGURATION } from '../infra/config/nearest-configuration.ts'
import { type Cortex, openCortex } from './connect.ts'
import type { Terminal } from './terminal.ts'

type OwnSystem = AsyncDisposable & { readonly cortex: Cortex }

/** Starts the whole system in this process and connects to it as any other command would; both end with the scope. */
export const startOwnSystem = async (loaded: LoadedConfig, terminal: Pick<Terminal, 'warn' | 'typed'>): Promise<OwnSystem> => {
  const system = await openSystem(loaded, { works: true, typed: terminal.typed })
  if (loaded.file === null) terminal.warn(NO_CONFIGURATION)
  terminal.warn('no Cortex was up: this command runs its own until the task is done ("cortex up" keeps one running)')
  return system
}

/** Answers from what is stored in a data folder, and takes decisions; what they lead to is for the next system that works. */
export const standIn = async (dataDir: string, terminal: Pick<Terminal, 'warn' | 'typed'>): Promise<OwnSystem> => {
  // Not the configuration that is here: the data may be another's.
  const path = lastConfiguration(dataDir)
  const overrides = { data: dataDir, busPort: 0 }
  const loaded = path === undefined ? defaultsAt({ overrides }) : loadConfig({ path, overrides })
  const system = await openSystem(loaded, { works: false, typed: terminal.typed })
  terminal.warn(`no Cortex is up: this is what is stored in ${dataDir}; tasks go on with "cortex up"`)
  return system
}

const openSystem = async (loaded: LoadedConfig, { works, typed }: { works: boolean; typed: Typed }): Promise<OwnSystem> => {
  await using started = new AsyncDisposableStack()
  const { level } = loaded.config.log
  // Someone watches: what goes wrong with the task is told by its story, so that the log is for real trouble.
  const env = ownEnvironment()
  const secrets = await openSecrets(loaded.config, env)
  const log = createLog(level === 'info' || level === 'warn' ? 'error' : level, secrets.maskKnown, { typed })
  const system = started.use(await startSystem({ loaded, env, secrets, log, typed, http: false, stays: false, works }))
  const login = system.nats?.logins.cortex
  const cortex = started.use(
    await openCortex(
      {
        url: system.url,
        ...(login ? { user: login.user, pass: login.password, inboxPrefix: login.inboxPrefix } : {}),
        secret: operatorSecret(loaded.dataDir),
      },
      'cli',
    ),
  )
  const running = started.move()
  return { cortex, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
