/** The `data` of each server-sent event in the stream, in order. Stops at the stream's end; errors of the connection are thrown. */
export async function* readEventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true })
    const lines = pending.split(/\r\n|\n|\r(?!$)/)
    pending = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trimStart()
  }
  if (pending.startsWith('data:')) yield pending.slice(5).trim()
}
