/** Collects bytes up to a limit: the first half and the last half are kept, what falls between is counted and cut. */
export interface CappedText {
  add(chunk: Buffer): void
  /** The text as UTF-8, with one line in place of what was cut. */
  text(): string
}

export function createCappedText(maxBytes: number): CappedText {
  const headLimit = Math.floor(maxBytes / 2)
  const tailLimit = maxBytes - headLimit
  const head: Buffer[] = []
  let tail: Buffer[] = []
  let headBytes = 0
  let tailBytes = 0
  let cutBytes = 0

  function trimTail(): void {
    const joined = Buffer.concat(tail)
    const kept = joined.subarray(Math.max(0, joined.length - tailLimit))
    cutBytes += joined.length - kept.length
    tail = [Buffer.from(kept)]
    tailBytes = kept.length
  }

  return {
    add(chunk) {
      const first = chunk.subarray(0, headLimit - headBytes)
      if (first.length > 0) head.push(first)
      headBytes += first.length
      const rest = chunk.subarray(first.length)
      if (rest.length === 0) return
      tail.push(rest)
      tailBytes += rest.length
      if (tailBytes > 2 * tailLimit + 65_536) trimTail()
    },
    text() {
      if (tailBytes > tailLimit) trimTail()
      const start = Buffer.concat(head).toString('utf8')
      const end = Buffer.concat(tail).toString('utf8')
      return cutBytes > 0 ? `${start}\n[... ${cutBytes} bytes cut ...]\n${end}` : start + end
    },
  }
}

/** The text within the limit, its middle cut. */
export function capText(text: string, maxBytes: number): string {
  const capped = createCappedText(maxBytes)
  capped.add(Buffer.from(text))
  return capped.text()
}
