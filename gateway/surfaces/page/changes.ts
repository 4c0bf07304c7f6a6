import { RequestFault } from '../../../bus/define-service.ts'
import { messageOf } from '../../../bus/errors.ts'
import { commentText, eventStream, eventText, tellPieces } from '../../http/event-stream.ts'
import type { GatewayApp, SurfaceNeeds } from '../../http/gateway-app.ts'
import { may } from './may.ts'
import type { PageNeeds } from './needs.ts'

/** Pages hear of changes this often at most, and are told that the line stands this often. */
const GATHER_MS = 400
const ALIVE_MS = 15_000

/** `GET /changes`: server-sent events that say "something happened", for pages that show many tasks. What it was, they read anew. */
export const changeRoutes = (app: GatewayApp, around: SurfaceNeeds, needs: Pick<PageNeeds, 'onFact'>): void => {
  const hub = gather(needs, around.stopping)
  app.get('/changes', (context) => {
    if (!may(context, 'read')) throw new RequestFault(403, ['this token may not read (scope read)'])
    // To a HEAD nothing is sent, and nobody would say when it is over.
    if (context.req.method === 'HEAD') return context.body(null, 200)
    const failed = (error: unknown): void => around.log('a stream of changes ended early', { error: messageOf(error) })
    return eventStream(context, { tell: tellPieces(tellChanges(hub)), failed })
  })
}

/** What happened, counted for however many listeners. */
interface Hub {
  readonly count: () => number
  readonly isOver: () => boolean
  /** Resolves when there is something to tell, if only that the line stands. */
  woken(): Promise<void>
}

/** Many facts in a row are one change. */
const gather = ({ onFact }: Pick<PageNeeds, 'onFact'>, stopping: AbortSignal): Hub => {
  let count = 0
  let next = Promise.withResolvers<void>()
  let isGathering = false
  const wake = (): void => {
    const { resolve } = next
    next = Promise.withResolvers()
    resolve()
  }
  onFact(() => {
    if (isGathering) return
    isGathering = true
    const tell = (): void => {
      isGathering = false
      count += 1
      wake()
    }
    setTimeout(tell, GATHER_MS).unref()
  })
  const alive = setInterval(wake, ALIVE_MS).unref()
  const stop = (): void => {
    clearInterval(alive)
    wake()
  }
  stopping.addEventListener('abort', stop, { once: true })
  return { count: () => count, isOver: () => stopping.aborted, woken: () => next.promise }
}

const CHANGED = eventText({ event: 'changed', data: '' })
const ALIVE = commentText('alive')

/** Each listener hears at its own pace; who is slow hears once of all that it missed. */
async function* tellChanges(hub: Hub): AsyncGenerator<readonly Uint8Array[]> {
  for (let told = hub.count(); !hub.isOver(); ) {
    const count = hub.count()
    yield [count > told ? CHANGED : ALIVE]
    told = count
    if (hub.count() === told && !hub.isOver()) await hub.woken()
  }
}
