import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Blobs } from '../../bus/blobs.ts'
import type { AnyService, CallerChannel } from '../../bus/define-service.ts'
import { openKeyValues } from '../../bus/jetstream/key-values.ts'
import { type Served, serve } from '../../bus/jetstream/services.ts'
import { askInProcess, guarded } from '../../gateway/ask-in-process.ts'
import type { ServiceContext } from '../../gateway/context/define-service.ts'
import { type ServiceSurroundings, serviceContexts } from '../../gateway/context/service-context.ts'
import { type Scope, Scopes, scopesFor } from '../../gateway/http/scopes.ts'
import { type Operations, operationsOver } from '../../gateway/operations.ts'
import dead from '../../gateway/services/dead.ts'
import functionGroup from '../../gateway/services/function.ts'
import job from '../../gateway/services/job.ts'
import system from '../../gateway/services/system.ts'
import task from '../../gateway/services/task.ts'

/** The groups of micro services; a group's name is its file's. */
const groups: ReadonlyMap<string, AnyService<ServiceContext>> = new Map<string, AnyService<ServiceContext>>([
  ['task', task],
  ['job', job],
  ['dead', dead],
  ['function', functionGroup],
  ['system', system],
])

/** The version in package.json. */
export const version: string = String(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version)

/** The services at work. */
export interface Gateway extends Served {
  /** The same operations for surfaces of this process. */
  operations(caller: { name: string; scopes?: readonly Scope[] | undefined }, channel: CallerChannel): Operations
}

/** Serves `cortex.<group>.<endpoint>` on the bus. Whoever sends `operatorSecret` is believed about who he is. */
export const startGateway = async (
  surroundings: Omit<ServiceSurroundings, 'stopping' | 'claims'> & {
    readonly blobs: Blobs
    readonly operatorSecret: string
    readonly log: Logger
  },
): Promise<Gateway> => {
  const { connection, blobs, operatorSecret, log } = surroundings
  const stopping = new AbortController()
  const claims = await openKeyValues(connection, 'cortex-claims', CLAIM_MS)
  const contexts = serviceContexts({ ...surroundings, claims, stopping: stopping.signal })
  const served = await serve(
    connection,
    { name: 'cortex', version, description: 'Create tasks, ask about them, decide on their plans', groups, operatorSecret, blobs, log },
    contexts,
  )
  const stop = (): Promise<void> => {
    stopping.abort()
    return served.stop()
  }
  const operations: Gateway['operations'] = ({ name, scopes = Scopes }, channel) => {
    const mayAsk = (endpoint: string): boolean => scopesFor(endpoint).some((scope) => scopes.includes(scope))
    const context = contexts({ by: name, channel }, scopes.includes('operate'))
    return operationsOver(guarded(askInProcess(groups, context), mayAsk, name))
  }
  return { stop, operations, [Symbol.asyncDispose]: stop }
}

/** How long an idempotency key stands for its task. */
const CLAIM_MS = 24 * 3_600_000
