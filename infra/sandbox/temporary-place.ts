import { access, constants, stat } from 'node:fs/promises'

/** A socket's path has 107 signs at most, and the longest name of one in the folder has 34. */
const longest = 107 - 34

/**
 * Why the sandbox cannot have its sockets in this folder for temporary files, and what to do; null where it can.
 * @param folder its real path, or what stands for one that is not there
 */
export async function whyUnfit(folder: string): Promise<string | null> {
  const reason = await unfit(folder)
  return reason && `the folder for temporary files, ${folder}, ${reason}; name another by the variable TMPDIR, for instance TMPDIR=/tmp`
}

async function unfit(folder: string): Promise<string | null> {
  if (!(await stat(folder).catch(() => null))?.isDirectory()) return 'is not there' // or in one that we may not enter
  const isOpen = await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!isOpen) return 'is one that you may not write'
  if (Buffer.byteLength(folder) > longest) return `has a name that is too long for a socket in it (${longest} signs at most)`
  // They stand unquoted in addresses of socat.
  return /^[\w./@%+=-]+$/.test(folder) ? null : 'has signs in its name that the sandbox cannot do with (letters, digits and ./_@%+=- alone)'
}
