import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Blobs } from '../bus/blobs.ts'
import type { AnyService } from '../bus/define-service.ts'
import { type Served, serve } from '../bus/jetstream/services.ts'
import { type ServiceSurroundings, serviceContexts } from '../bus/service-context.ts'
import dead from '../functions/gateway/dead.ts'
import job from '../functions/gateway/job.ts'
import system from '../functions/gateway/system.ts'
import task from '../functions/gateway/task.ts'

/** The groups of micro services; a group's name is its file's. */
const groups: ReadonlyMap<string, AnyService> = new Map<string, AnyService>([
  ['task', task],
  ['job', job],
  ['dead', dead],
  ['system', system],
])

/** The version in package.json. */
export const version: string = String(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)

/** Serves `cortex.<group>.<endpoint>` on the bus. Whoever sends `operatorSecret` is believed about who he is. */
export const startGateway = async (
  surroundings: Omit<ServiceSurroundings, 'stopping'> & { readonly blobs: Blobs; readonly operatorSecret: string; readonly log: Logger },
): Promise<Served> => {
  const { connection, blobs, operatorSecret, log } = surroundings
  const stopping = new AbortController()
  const contexts = serviceContexts({ ...surroundings, stopping: stopping.signal })
  const served = await serve(
    connection,
    { name: 'cortex', version, description: 'Create tasks, ask about them, decide on their plans', groups, operatorSecret, blobs, log },
    contexts,
  )
  const stop = (): Promise<void> => {
    stopping.abort()
    return served.stop()
  }
  return { stop, [Symbol.asyncDispose]: stop }
}
