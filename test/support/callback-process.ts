import type { AnyFunction } from '../../bus/define-function.ts'
import type { Duration } from '../../bus/duration.ts'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { startRuntime } from '../../bus/runtime/runtime.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Task } from '../../domain/task.ts'
import { taskStory } from '../../domain/task-story.ts'
import planCallbacks from '../../functions/callback/plan-callbacks.ts'
import sendCallback from '../../functions/callback/send-callback.ts'
import escalateTask from '../../functions/escalation/escalate-task.ts'
import type { Services } from '../../functions/ports.ts'
import { createWebhooks } from '../../infra/webhooks/webhooks.ts'
import { noBlobs, quiet } from './bus.ts'
import { config } from './stubs.ts'

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** The functions that tell receivers, with a pause that a test can wait for. */
export const callbackFunctions = (pause: Duration = '10ms'): Record<string, AnyFunction> => ({
  'plan-callbacks': planCallbacks,
  'send-callback': { ...sendCallback, retry: { ...sendCallback.retry, backoff: [pause] } },
  'escalate-task': escalateTask,
})

/** Services that know these receivers, each by its URL. */
export const callbackServices = (urls: Record<string, string>): Services => {
  const out = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url, secret_env: 'SECRET', allow_private: true }]))
  const settings = config({ gateway: { webhooks: { out } } })
  // The functions of this room ask for nothing else.
  return {
    config: settings,
    callbacks: createWebhooks({ config: settings, env: { SECRET } }).callbacks,
    functions: { onlyTells: (name) => callbackFunctions()[name]?.tells ?? false },
  } satisfies Partial<Services> as unknown as Services
}

/** A process of its own that dies as soon as a receiver has answered it, before that can become a fact. Run as `callback-process.ts <bus> <receiver>`. */
if (import.meta.main) {
  const [url = '', receiver = ''] = process.argv.slice(2)
  const services = callbackServices({ ci: receiver })
  const callbacks: Services['callbacks'] = {
    post: async (input) => {
      const result = await services.callbacks.post(input)
      process.kill(process.pid, 'SIGKILL')
      return result
    },
  }
  await startRuntime<typeof catalogue, Task, Services>({
    catalogue,
    model: taskStory,
    connection: await connectBus({ url, name: 'mortal', log: quiet }),
    functions: new Map(Object.entries(callbackFunctions())),
    blobs: noBlobs,
    services: { ...services, callbacks },
    log: quiet,
    ackWaitMs: 1000,
    graceMs: 100,
  })
}
