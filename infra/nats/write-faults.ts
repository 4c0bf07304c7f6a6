import { open, stat } from 'node:fs/promises'

/** How the server's log tells that it could not write; what it says once it says again for every message. */
const FAULT = /\[ERR\].*(?:write error|no space left|failed to store|read-only file system|quota exceeded)/i
const MOST_BYTES = 64 * 1024

/**
 * Answers, each time it is asked, the last line about a failed write that the log got since it was asked before; undefined when there is
 * none. A stream of nats-server that could not write once does not write again in this run of the server, whatever room there is.
 */
export const followWriteFaults = (logPath: string, from: number): (() => Promise<string | undefined>) => {
  let read = from
  return async () => {
    const { size } = await stat(logPath)
    if (size === read) return undefined
    // It begins a new file when the old one is large.
    const at = Math.max(size < read ? 0 : read, size - MOST_BYTES)
    read = size
    await using file = await open(logPath)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - at), 0, size - at, at)
    return lastFault(buffer.toString('utf8', 0, bytesRead))
  }
}

/** Pure. */
export const lastFault = (log: string): string | undefined => log.split('\n').findLast((line) => FAULT.test(line))
