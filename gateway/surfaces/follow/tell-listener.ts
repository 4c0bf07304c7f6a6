import { commentText, retryText } from '../../http/event-stream.ts'
import type { Feed, TaskHub } from './task-hub.ts'

export interface Listener {
  readonly feed: Feed
  /** The listener has everything up to this sequence; undefined for one who is new. */
  readonly after: number | undefined
  /** The last event of a feed that has one, made when the task has ended. */
  readonly result?: ((endedAt: number) => Promise<Uint8Array>) | undefined
}

/** How long a client waits before it comes again after its line broke, in milliseconds. */
const RETRY_MS = 1000

/**
 * Everything that one listener is told, in pieces that all listeners share: what it has missed, what was said last, then what
 * happens, until the task has ended. Who is too slow for that is told to come again, and ends.
 */
export async function* tellListener(hub: TaskHub, { feed, after, result }: Listener): AsyncGenerator<readonly Uint8Array[]> {
  // Taken together, so that nothing falls between the past and what comes.
  let place = hub.end()
  const missed = hub.factsAfter(after ?? -1).flatMap((told) => told[feed] ?? [])
  const replay = hub.replay()
  yield [retryText(RETRY_MS), commentText(`following ${hub.id}`), ...missed]
  if (replay.length > 0) yield [replay]
  for (;;) {
    const news = hub.since(place)
    if (!news) return yield [commentText('you read too slowly and have missed something: come again with Last-Event-ID')]
    place += news.length
    const pieces = news.flatMap((told) => told[feed] ?? [])
    if (pieces.length > 0) yield pieces
    if (news.length > 0) continue
    if (hub.isClosed()) return
    const endedAt = hub.endedAt()
    if (endedAt === undefined) await hub.changed()
    else if (result) return yield [await hub.result(result)]
    else return
  }
}
