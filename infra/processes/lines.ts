import { StringDecoder } from 'node:string_decoder'

/** Splits a byte stream into lines. A line longer than the limit (characters) is given up to the limit; the rest of it is dropped. */
export function createLineSplitter(onLine: (line: string) => void, maxLength = 1_000_000): { add(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let pending = ''
  function take(text: string): void {
    const lines = (pending + text).split('\n')
    pending = (lines.pop() ?? '').slice(0, maxLength)
    for (const line of lines) onLine(line.replace(/\r$/, '').slice(0, maxLength))
  }
  return {
    add: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      if (pending) onLine(pending)
      pending = ''
    },
  }
}
