import { StringDecoder } from 'node:string_decoder'

/** Splits a byte stream into lines. A line longer than the limit (characters) is given up to the limit; the rest of it is dropped. */
export function createLineSplitter(onLine: (line: string) => void, maxLength = 1_000_000): { add(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let pending = ''
  const handOn = (line: string): void => onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
  function take(text: string): void {
    let from = 0
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      handOn(begun(text.slice(from, to)))
      pending = ''
      from = to + 1
    }
    pending = begun(text.slice(from))
  }
  /** The line so far. One that is long enough takes nothing more. */
  const begun = (more: string): string => (pending.length >= maxLength ? pending : (pending + more).slice(0, maxLength))
  return {
    add: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      if (pending !== '') handOn(pending)
      pending = ''
    },
  }
}
