import { connectBus } from '../../bus/jetstream/connect.ts'
import { startRuntime } from '../../bus/runtime/runtime.ts'
import type { Task } from '../../domain/task.ts'
import { taskStory } from '../../domain/task-story.ts'
import { noBlobs, quiet } from './bus.ts'
import { type ChainCatalogue, chainCatalogue, chainDoor, chainFunction, chainOrdered } from './chain.ts'

/**
 * A process of its own whose one function, `fragile`, takes the whole process down for every message with a negative n.
 * Run as `poison-process.ts <url> <max deliveries> <kind>`; says "ready" when it pulls.
 */
const kinds = {
  parallel: (onPoison: () => void) =>
    chainFunction({
      on: ['task.created'],
      emits: ['link.first'],
      timeout: '5s',
      retry: { attempts: 5, backoff: ['10ms'] },
      handler: ({ event, say }) => {
        if (event.data.n < 0) onPoison()
        return [say('link.first', { n: event.data.n })]
      },
    }),
  ordered: (onPoison: () => void) =>
    chainOrdered({
      on: ['task.created'],
      emits: ['link.first'],
      handler: ({ event, say }) => {
        if (event.data.n < 0) onPoison()
        return [say('link.first', { n: event.data.n })]
      },
    }),
  door: (onPoison: () => void) =>
    chainDoor({
      emits: ['link.first'],
      handler: ({ request, say }) => {
        const n = Number(request.body)
        if (n < 0) onPoison()
        return [say('link.first', { n }, { id: `n${n}` })]
      },
    }),
}
export type PoisonKind = keyof typeof kinds
export const poisonFunctions = (onPoison: () => void, kind: PoisonKind = 'parallel') => ({ fragile: kinds[kind](onPoison) })

export const POISON_ACK_WAIT_MS = 500

if (import.meta.main) {
  const [url = '', maxDeliver = '', kind = ''] = process.argv.slice(2)
  const connection = await connectBus({ url, name: 'poisoned', log: quiet })
  await startRuntime<ChainCatalogue, Task, undefined>({
    catalogue: chainCatalogue,
    model: taskStory,
    connection,
    functions: new Map(Object.entries(poisonFunctions(() => process.kill(process.pid, 'SIGKILL'), kind as PoisonKind))),
    blobs: noBlobs,
    services: undefined,
    log: quiet,
    ackWaitMs: POISON_ACK_WAIT_MS,
    maxDeliver: Number(maxDeliver),
    graceMs: 100,
  })
  process.stdout.write('ready\n')
}
