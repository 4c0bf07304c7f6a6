import { createLog } from '../infra/app/log.ts'
import { openSecrets } from '../infra/app/open-secrets.ts'
import { startSystem } from '../infra/app/start.ts'
import { operatorSecret } from '../infra/app/system-file.ts'
import { type LoadedConfig, ownEnvironment } from '../infra/config/config.ts'
import { type Cortex, openCortex } from './connect.ts'
import type { Terminal } from './terminal.ts'

/** Starts the whole system in this process and connects to it as any other command would; both end with the scope. */
export const startOwnSystem = async (loaded: LoadedConfig, terminal: Terminal): Promise<AsyncDisposable & { cortex: Cortex }> => {
  await using started = new AsyncDisposableStack()
  const { level } = loaded.config.log
  // Someone watches: what goes wrong with the task is told by its story, so that the log is for real trouble.
  const env = ownEnvironment()
  const secrets = await openSecrets(loaded.config, env)
  const log = createLog(level === 'info' || level === 'warn' ? 'error' : level, secrets.maskKnown)
  const system = started.use(await startSystem({ loaded, env, secrets, log, http: false, stays: false }))
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
  terminal.warn('no Cortex was up: this command runs its own until the task is done ("cortex up" keeps one running)')
  const running = started.move()
  return { cortex, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
