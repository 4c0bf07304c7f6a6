import { connectBus } from '../../bus/jetstream/connect.ts'
import { startRuntime } from '../../bus/runtime/runtime.ts'
import type { Task } from '../../domain/task.ts'
import { taskStory } from '../../domain/task-story.ts'
import { noBlobs, quiet } from './bus.ts'
import { type ChainCatalogue, chainCatalogue, chainFunction } from './chain.ts'

/**
 * A process of its own whose one function, `fragile`, takes the whole process down for every `task.created` with a negative n.
 * Run as `poison-process.ts <url> <max deliveries>`; says "ready" when it pulls.
 */
export const poisonFunctions = (onPoison: () => void) => ({
  fragile: chainFunction({
    on: ['task.created'],
    emits: ['link.first'],
    timeout: '5s',
    retry: { attempts: 5, backoff: ['10ms'] },
    handler: ({ event, say }) => {
      if (event.data.n < 0) onPoison()
      return [say('link.first', { n: event.data.n })]
    },
  }),
})

export const POISON_ACK_WAIT_MS = 500

if (import.meta.main) {
  const [url = '', maxDeliver = ''] = process.argv.slice(2)
  const connection = await connectBus({ url, name: 'poisoned', log: quiet })
  await startRuntime<ChainCatalogue, Task, undefined>({
    catalogue: chainCatalogue,
    model: taskStory,
    connection,
    functions: new Map(Object.entries(poisonFunctions(() => process.kill(process.pid, 'SIGKILL')))),
    blobs: noBlobs,
    services: undefined,
    log: quiet,
    ackWaitMs: POISON_ACK_WAIT_MS,
    maxDeliver: Number(maxDeliver),
    graceMs: 100,
  })
  process.stdout.write('ready\n')
}
