import { streamSSE } from 'hono/streaming'
import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayApp, GatewayContext, HttpSurroundings } from '../http/gateway-app.ts'
import { may } from './may.ts'
import type { PageNeeds } from './needs.ts'

/** Pages hear of changes this often at most, and are told that the line stands this often. */
const GATHER_MS = 400
const ALIVE_MS = 15_000

/** `GET /changes`: server-sent events that say "something happened", for pages that show many tasks. What it was, they read anew. */
export const changeRoutes = (app: GatewayApp, around: HttpSurroundings, needs: Pick<PageNeeds, 'onFact'>): void => {
  const hub = gather(needs)
  app.get('/changes', (context) => {
    if (!may(context, 'read')) throw new RequestFault(403, ['this token may not read (scope read)'])
    return tellChanges(context, around, hub)
  })
}

interface Hub {
  add(listener: () => void): () => void
}

/** Many facts in a row are one change. */
const gather = ({ onFact }: Pick<PageNeeds, 'onFact'>): Hub => {
  const listeners = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  onFact(() => {
    if (timer || listeners.size === 0) return
    timer = setTimeout(() => {
      timer = undefined
      for (const listener of listeners) listener()
    }, GATHER_MS)
    timer.unref()
  })
  return {
    add: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const tellChanges = (context: GatewayContext, { stopping }: HttpSurroundings, hub: Hub): Response => {
  context.header('x-accel-buffering', 'no')
  context.header('cache-control', 'no-store')
  return streamSSE(context, async (stream) => {
    const gone = new Promise<void>((resolve) => {
      stream.onAbort(resolve)
      stopping.addEventListener('abort', () => resolve(), { once: true })
      if (stopping.aborted) resolve()
    })
    const remove = hub.add(() => void stream.writeSSE({ event: 'changed', data: '' }))
    const clock = setInterval(() => void stream.write(': alive\n\n'), ALIVE_MS)
    await stream.write(': listening\n\n')
    await gone
    clearInterval(clock)
    remove()
  })
}
