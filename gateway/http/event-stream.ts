import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'

const encoder = new TextEncoder()

interface ServerEvent {
  /** Where a listener that comes again takes up. */
  readonly id?: number | undefined
  readonly event?: string | undefined
  /** A text of one line goes as it is, all else as JSON. */
  readonly data: unknown
}

/** A server-sent event as it goes over the line, made once for however many listeners. Pure. */
export const eventText = ({ id, event, data }: ServerEvent): Uint8Array =>
  encoder.encode(
    [
      ...(id === undefined ? [] : [`id: ${id}`]),
      ...(event === undefined ? [] : [`event: ${event}`]),
      `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
    ].join('\n'),
  )

/** A line that parsers ignore and people read. Pure. */
export const commentText = (words: string): Uint8Array => encoder.encode(`: ${words.replace(/\s+/g, ' ')}\n\n`)

/** How long a client waits before it comes again. Pure. */
export const retryText = (afterMs: number): Uint8Array => encoder.encode(`retry: ${afterMs}\n\n`)

/** A line to one client. Writing to a client that is gone does nothing. */
export interface EventLine {
  /** Resolves when the line has taken it: who waits for that costs no memory for a slow client. */
  write(text: Uint8Array): Promise<void>
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal
}

interface Telling {
  /** The line ends with it. */
  readonly tell: (line: EventLine) => Promise<void>
  /** Hears why the telling failed; the client only sees the line end, and comes again. */
  readonly failed: (error: unknown) => void
  /** A comment every so often that says why the line is silent, so that nothing between takes it for an end. */
  readonly alive?: { readonly everyMs: number; readonly words: () => Promise<string> }
}

/** Answers with server-sent events. */
export const eventStream = (context: Context, { tell, failed, alive }: Telling): Response => {
  const response = streamSSE(context, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    let last: Promise<unknown> = Promise.resolve()
    const write: EventLine['write'] = async (text) => {
      last = stream.write(text)
      await last
    }
    // Whatever the reason cannot be found for: the line must not fall silent.
    const say = (): void =>
      void alive
        ?.words()
        .catch(() => 'keepalive')
        .then((words) => write(commentText(words)))
    const clock = alive && setInterval(say, alive.everyMs)
    await tell({ write, signal: gone.signal }).catch(failed)
    clearInterval(clock)
    await last
  })
  // Nothing between us and the client may keep or repack what goes by.
  response.headers.set('cache-control', 'no-cache, no-transform')
  response.headers.set('x-accel-buffering', 'no')
  return response
}

/** Tells what a generator gives, in pieces that listeners share; `leave` is called when the last was sent or the client went away. */
export const tellPieces =
  (pieces: AsyncGenerator<readonly Uint8Array[]>, leave: () => void = () => undefined): Telling['tell'] =>
  async ({ write, signal }) => {
    const goneAway = (): void => {
      leave()
      // Not awaited: it may be waiting for news itself, and ends with them.
      void pieces.return(undefined)
    }
    signal.addEventListener('abort', goneAway, { once: true })
    try {
      for await (const some of pieces) for (const piece of some) await write(piece)
    } finally {
      leave()
    }
  }
