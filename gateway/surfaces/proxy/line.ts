import type { Context } from 'hono'
import { type EventLine, eventStream } from '../../http/event-stream.ts'
import type { JobView } from '../../jobs/jobs.ts'
import { waitingWords } from './envelope.ts'
import type { RouteNeeds } from './route-needs.ts'

/** A line to whoever waits for a job; comments say why it is silent. `tell` says itself what goes wrong, in the words of its API. */
export const lineTo = (
  context: Context,
  { jobs, settings, log }: RouteNeeds,
  { id }: JobView,
  tell: (line: EventLine) => Promise<void>,
): Response =>
  eventStream(context, {
    tell,
    failed: (error) => log(`the stream of job ${id} ended early: ${error}`),
    alive: { everyMs: settings.keepAliveMs, words: async () => waitingWords(await jobs.find(id)) },
  })
