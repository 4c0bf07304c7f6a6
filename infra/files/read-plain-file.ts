import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * The text of a file in a folder that somebody untrusted may write, its first `maxBytes` bytes; null for whatever is no plain
 * file: a link would show another file of this machine, and a pipe or a device would never end.
 */
export async function readPlainFile(file: string, maxBytes = 4 * 1024 * 1024): Promise<string | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null) // absent, or a link
  if (handle === null) return null
  try {
    const found = await handle.stat()
    if (!found.isFile()) return null
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(found.size, maxBytes)), 0, undefined, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
