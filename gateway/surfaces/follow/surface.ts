import { createRoute, z } from '@hono/zod-openapi'
import { RequestFault } from '../../../bus/define-service.ts'
import { messageOf } from '../../../bus/errors.ts'
import { isTransient } from '../../../bus/jetstream/patience.ts'
import { operationsFor } from '../../http/caller.ts'
import { commonAnswers } from '../../http/error-answer.ts'
import { eventStream, eventText, tellPieces } from '../../http/event-stream.ts'
import type { GatewayContext, Surface, SurfaceNeeds } from '../../http/gateway-app.ts'
import { eventContent } from '../../http/route-parts.ts'
import type { Operations } from '../../operations.ts'
import { anyTaskId } from '../../services/task-id.ts'
import { toolStatus } from '../tools/tool-status.ts'
import type { TaskFollower } from './follow-tasks.ts'
import type { Feed } from './task-hub.ts'
import { tellListener } from './tell-listener.ts'

const summaries: Readonly<Record<Feed, string>> = {
  events: 'Every fact of a task and the live output of who works on it, as server-sent events, until the task ends',
  stream: 'The output of who works on a task, its changes of status and at last its result, as server-sent events',
}

const Sequence = z.string().regex(/^\d{1,15}$/, 'an event is named by its number in the stream')
const LAST_EVENT_ID = 'last-event-id'

const route = (feed: Feed) =>
  createRoute({
    method: 'get',
    path: `/tasks/{id}/${feed}`,
    operationId: feed === 'events' ? 'followTask' : 'followTaskOutput',
    tags: ['tasks'],
    summary: summaries[feed],
    description:
      "Whoever comes again with the last event's id gets what happened since, nothing lost and nothing twice; after the end the answer is 204, " +
      'at which an EventSource stops. `output` events have no id; those of the last minutes come first, with `replay: true`.',
    request: {
      params: z.object({ id: anyTaskId }),
      query: z.strictObject({ after: Sequence.optional().describe('as Last-Event-ID, for clients that cannot send it') }),
      headers: z.object({ [LAST_EVENT_ID]: Sequence.optional() }),
    },
    responses: {
      200: { description: 'Events', content: eventContent('facts, lines of output and the end') },
      204: { description: 'The task has ended and you have everything' },
      ...commonAnswers,
    },
  })

/** `GET /tasks/:id/events` and `/tasks/:id/stream`. */
export const followSurface =
  ({ follower }: { readonly follower: TaskFollower }): Surface =>
  (app, around) => {
    around.stopping.addEventListener('abort', () => follower.stop(), { once: true })
    for (const feed of ['events', 'stream'] as const) {
      app.openapi(route(feed), async (context) => {
        const { after } = context.req.valid('query')
        const last = context.req.valid('header')[LAST_EVENT_ID] ?? after
        return listen(context, around, follower, {
          feed,
          id: context.req.valid('param').id,
          after: last === undefined ? undefined : Number(last),
        })
      })
    }
  }

const listen = async (
  context: GatewayContext,
  around: SurfaceNeeds,
  follower: TaskFollower,
  wish: { readonly feed: Feed; readonly id: string; readonly after: number | undefined },
): Promise<Response> => {
  const operations = operationsFor(context, around)
  // Says whether there is such a task and whether the caller may see it.
  const { id } = await operations.status({ id: wish.id })
  if (around.stopping.aborted) throw new RequestFault(503, ['cortex is stopping; come again'], { retryAfterMs: 1000 })
  const { hub, leave } = await follower.follow(id).catch((error) => {
    throw isTransient(error) ? new RequestFault(503, ['the bus is away for a moment; come again'], { retryAfterMs: 1000 }) : error
  })
  const endedAt = hub.endedAt()
  const hasAll = endedAt !== undefined && wish.after !== undefined && wish.after >= endedAt
  // To a HEAD nothing is sent, and nobody would say when it is over.
  if (hasAll || context.req.method === 'HEAD') {
    leave()
    return context.body(null, hasAll ? 204 : 200)
  }
  const result = wish.feed === 'stream' ? (at: number) => resultText(operations, id, at) : undefined
  const failed = (error: unknown): void => around.log('a stream of a task ended early', { task: id, error: messageOf(error) })
  return eventStream(context, { tell: tellPieces(tellListener(hub, { ...wish, result }), leave), failed })
}

const resultText = async (operations: Operations, id: string, endedAt: number): Promise<Uint8Array> =>
  eventText({ id: endedAt, event: 'result', data: toolStatus(await operations.status({ id })) })
