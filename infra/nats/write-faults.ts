import { type FileHandle, open } from 'node:fs/promises'

/**
 * The server's own words for a write that failed, from the beginning of the line: what others say (a user's name at a failed sign-in) stands
 * behind their address. What it says once it says again for every message.
 */
const FAULT =
  /^\[\d+\] [\d/]+ [\d:.]+ \[ERR\] (?:JetStream failed to store a msg on stream |JetStream out of |(?:Filestore \[|JetStream (?:stream|consumer) ').* ?critical write error: )/i
const MOST_BYTES = 64 * 1024

/**
 * Answers, each time it is asked, the last line about a failed write that the log got since it was asked before; undefined when there is
 * none, or no log. A stream of nats-server that could not write once does not write again in this run of the server, whatever room there is.
 */
export const followWriteFaults = (logPath: string, from: number): (() => Promise<string | undefined>) => {
  let read = from
  return async () => {
    await using file = await openIfThere(logPath)
    if (!file) return undefined
    const { size } = await file.stat()
    if (size === read) return undefined
    // It begins a new file when the old one is large.
    const since = size < read ? 0 : read
    const at = Math.max(since, size - MOST_BYTES)
    read = size
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - at), 0, size - at, at)
    const text = buffer.toString('utf8', 0, bytesRead)
    return lastFault(at > since ? text.slice(text.indexOf('\n') + 1) : text)
  }
}

const openIfThere = async (file: string): Promise<FileHandle | undefined> => {
  try {
    return await open(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Pure. */
export const lastFault = (log: string): string | undefined => log.split('\n').findLast((line) => FAULT.test(line))
