import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from './temporary.ts'

const execute = promisify(execFile)

/** A file system of its own with so many megabytes. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string
  /** Takes all that is free, to the last byte. */
  fill(): Promise<void>
  /** Gives it back. */
  free(): Promise<void>
  /** From now on whoever opens something there finds it read-only, also root. */
  close(): Promise<void>
  /** Ends that. */
  reopen(): Promise<void>
}

/** Mounts one; throws where that is not allowed. */
export const mountSmallDisk = async (megabytes: number): Promise<SmallDisk> => {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await temporaryFolder())
  const place = path.join(folder.path, 'disk')
  await mkdir(place)
  await execute('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', place])
  started.defer(async () => void (await execute('umount', ['--lazy', place])))
  const ballast = path.join(place, 'ballast')
  const all = started.move()
  return {
    path: place,
    fill: () => fill(ballast),
    free: () => rm(ballast, { force: true }),
    close: async () => {
      await execute('mount', ['--bind', place, place])
      await execute('mount', ['-o', 'remount,ro,bind', place])
    },
    reopen: async () => void (await execute('umount', ['--lazy', place])),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const fill = async (file: string): Promise<void> => {
  await using ballast = await open(file, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND)
  for (const size of [1_000_000, 4096, 1])
    try {
      for (;;) await ballast.write(Buffer.alloc(size))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
}

/** Why no small disk can be had here; false when it can. */
export const noSmallDisk = async (): Promise<string | false> => {
  try {
    await using _disk = await mountSmallDisk(1)
    return false
  } catch (error) {
    return `a small file system cannot be mounted here: ${error instanceof Error ? error.message.trim() : error}`
  }
}
