import type { StoryAnswer } from '../answers.ts'
import type { ServiceContext } from '../context/define-service.ts'
import { findTask, statusNow } from './find-task.ts'

/** Bytes of JSON that the events of one answer may have. */
const MAX_BYTES = 384 * 1024

/** A task's facts after a sequence. With `waitMs` and nothing new it answers when the next one arrives, or at that time. */
export const tellStory = async (context: ServiceContext, input: { id: string; after: number; waitMs: number }): Promise<StoryAnswer> => {
  const { id } = await findTask(context, input.id)
  // Listening begins before reading, so that nothing falls between.
  const next = context.arrivals.next(id, input.waitMs)
  try {
    let facts = await context.facts(id, input.after)
    if (facts.length === 0 && input.waitMs > 0 && (await next.arrived)) facts = await context.facts(id, input.after)
    const events: StoryAnswer['events'] = []
    let bytes = 0
    for (const fact of facts) {
      bytes += Buffer.byteLength(JSON.stringify(fact)) + 1
      if (bytes > MAX_BYTES && events.length > 0) break
      events.push({ ...fact })
    }
    const task = await findTask(context, id)
    const after = events.at(-1)?.sequence ?? input.after
    // The state may be ahead of the events: whoever follows reads these first.
    const more = events.length < facts.length || (events.length > 0 && task.sequence > after)
    return { events, after, more, status: await statusNow(context, task) }
  } finally {
    next.cancel()
  }
}
