/** Answers with server-sent events; `leave` is called once, when the last was sent or the client went away. */
export const eventResponse = (pieces: AsyncGenerator<readonly Uint8Array[]>, leave: () => void): Response => {
  const body = new ReadableStream<Uint8Array>(
    {
      // Asked for again only when the line has taken what it was given: a slow client costs no memory.
      pull: async (controller) => {
        try {
          const next = await pieces.next()
          if (next.done) {
            leave()
            controller.close()
          } else for (const piece of next.value) controller.enqueue(piece)
        } catch (error) {
          leave()
          controller.error(error)
        }
      },
      cancel: () => {
        leave()
        // Not awaited: it may be waiting for news itself, and ends with them.
        void pieces.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}
