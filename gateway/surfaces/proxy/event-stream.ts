import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'

/** A stream of server-sent events to one client. Writing to a client that is gone does nothing. */
export interface EventStream {
  /** One event; a text goes as it is, all else as JSON. */
  send(data: unknown, event?: string): void
  /** A line that parsers ignore and people read. */
  comment(text: string): void
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
}

/** Opens a stream and runs `write`, with a comment every so often that says why it is silent, so that nothing between takes it for an end. */
export const eventStream = (
  context: Context,
  keepAlive: { readonly everyMs: number; readonly words: () => Promise<string> },
  write: (stream: EventStream) => Promise<void>,
): Response => {
  context.header('x-accel-buffering', 'no')
  return streamSSE(context, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const comment = (text: string): void => void stream.write(`: ${text.replace(/\s+/g, ' ')}\n\n`)
    // Whatever the reason cannot be found for: the line must not fall silent.
    const alive = (): void => void keepAlive.words().then(comment, () => comment('keepalive'))
    const clock = setInterval(alive, keepAlive.everyMs)
    let last: Promise<unknown> = Promise.resolve()
    const send: EventStream['send'] = (data, event) => {
      last = stream.writeSSE({ data: typeof data === 'string' ? data : JSON.stringify(data), ...(event ? { event } : {}) })
    }
    try {
      await write({ send, comment, signal: gone.signal })
    } finally {
      clearInterval(clock)
    }
    await last
  })
}
