const encoder = new TextEncoder()

/** A server-sent event as it goes over the line; `id` is where a listener that comes again takes up. Pure. */
export const eventText = ({ id, event, data }: { id?: number | undefined; event: string; data: unknown }): Uint8Array =>
  encoder.encode(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

/** A line that parsers ignore and people read. Pure. */
export const commentText = (words: string): Uint8Array => encoder.encode(`: ${words.replace(/\s+/g, ' ')}\n\n`)

/** How long a client waits before it comes again. Pure. */
export const retryText = (afterMs: number): Uint8Array => encoder.encode(`retry: ${afterMs}\n\n`)
