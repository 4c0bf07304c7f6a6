import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Connection, connectBus } from '../../bus/jetstream/connect.ts'
import type { LoadedConfig } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { type EmbeddedNats, findNatsServer, startNatsServer } from '../nats/nats-server.ts'
import { withSeal } from './open-seal.ts'
import { streamSettings } from './stream-settings.ts'

/** The bus with all rights on it: the embedded server as our child, or that of NATS_URL. */
export interface Bus extends AsyncDisposable {
  readonly connection: Connection
  /**
   * Another one, over which it is seen who sends what to the door; only where the server is our own. On another one replicas may share the
   * work, and to read ahead in several processes would lose the order of the requests and what each one knows of their senders.
   */
  readonly watch?: Connection
  /** Undefined when NATS_URL names a server of somebody else's. */
  readonly nats?: EmbeddedNats
}

/**
 * Starts the embedded server of the data folder, where none is named, and connects.
 * @param functionConsumers durables that inspectors may not touch
 */
export const openBus = async (
  { loaded, env, log }: { loaded: LoadedConfig; env: Environment; log: Logger },
  functionConsumers: readonly string[],
): Promise<Bus> => {
  await using started = new AsyncDisposableStack()
  const { port, sync } = loaded.config.nats
  const embedded = async (): Promise<EmbeddedNats> =>
    startNatsServer({ dataDir: natsFolder(loaded), port, sync, binary: (await findNatsServer(env)).path, functionConsumers, log })
  const nats = loaded.natsUrl ? undefined : started.use(await embedded())
  const streams = streamSettings(loaded.config)
  const url = loaded.natsUrl ?? nats!.url
  const line = await connectBus({ url, name: 'cortex', ...credentialsOf(nats), streams, log })
  started.defer(() => line.close())
  const connection = await withSeal(line, { loaded, env }, log)
  const watch = nats && (await connectBus({ url, name: 'cortex-door', ...credentialsOf(nats), log }))
  if (watch) started.defer(() => watch.close())
  const all = started.move()
  return { connection, ...(nats && watch ? { nats, watch } : {}), [Symbol.asyncDispose]: () => all.disposeAsync() }
}

export const natsFolder = (loaded: LoadedConfig): string => join(loaded.dataDir, 'nats')

export const credentialsOf = (nats: EmbeddedNats | undefined): { user?: string; pass?: string; inboxPrefix?: string } =>
  nats ? { user: nats.logins.cortex.user, pass: nats.logins.cortex.password, inboxPrefix: nats.logins.cortex.inboxPrefix } : {}
