import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Blobs } from '../../bus/blobs.ts'
import { openKeyValues } from '../../bus/jetstream/key-values.ts'
import { type Served, serve } from '../../bus/jetstream/services.ts'
import { type Typed, withChatSteps, withSteps } from '../../bus/next-steps.ts'
import { type CallerChannel, CallerChannels } from '../../domain/choices.ts'
import { inProcess, withScopes } from '../../gateway/carriers.ts'
import { type ServiceNeeds, serviceContexts } from '../../gateway/context/service-context.ts'
import { type Scope, Scopes } from '../../gateway/http/scopes.ts'
import { declared, type Operations, operationsOver, servicesOf } from '../../gateway/operations.ts'
import { type Told, telling } from '../../gateway/telling.ts'

/** The version in package.json. */
export const version: string = String(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version)

/** The services at work. */
export interface Gateway extends Served {
  /** The same operations for surfaces of this process. */
  operations(
    caller: { name: string; scopes?: readonly Scope[] | undefined; isLocal?: boolean | undefined },
    channel: CallerChannel,
    shown?: Told,
  ): Operations
}

/** Serves `cortex.<group>.<endpoint>` on the bus. Whoever sends `operatorSecret` is believed about who he is. */
export const startGateway = async (
  needs: Omit<ServiceNeeds, 'stopping' | 'claims' | 'secret'> & {
    readonly blobs: Blobs
    readonly operatorSecret: string
    readonly log: Logger
    /** For who asks over a surface of this process. */
    readonly typed: Typed
  },
): Promise<Gateway> => {
  const { connection, blobs, operatorSecret, log, typed } = needs
  const stopping = new AbortController()
  const claims = await openKeyValues(connection, 'cortex-claims', CLAIM_MS)
  const contexts = serviceContexts({ ...needs, claims, secret: operatorSecret, stopping: stopping.signal })
  const served = await serve(
    connection,
    {
      name: 'cortex',
      version,
      description: 'Create tasks, ask about them, decide on their plans',
      groups: servicesOf(declared),
      operatorSecret,
      channels: CallerChannels,
      blobs,
      shortage: () => needs.services.disk.shortage(),
      log,
    },
    contexts,
  )
  const stop = (): Promise<void> => {
    stopping.abort()
    return served.stop()
  }
  const operations: Gateway['operations'] = ({ name, scopes = Scopes, isLocal = false }, channel, shown = String) => {
    const context = contexts({ by: name, channel: isLocal ? 'local' : channel }, scopes.includes('operate'))
    const withTheirs = channel === 'chat' ? withChatSteps : withSteps
    return operationsOver(telling(withScopes(inProcess(context), scopes, name), (words) => withTheirs(shown(words), typed)))
  }
  return { stop, operations, [Symbol.asyncDispose]: stop }
}

/** How long an idempotency key stands for its task. */
const CLAIM_MS = 24 * 3_600_000
