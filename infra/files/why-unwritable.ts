import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { messageOf } from '../../bus/errors.ts'

const words: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only',
  EACCES: 'you may not write there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota of its disk is used up',
}

/** Why a file or folder could not be written, from what the file system said; undefined for anything else. Pure. */
export const whyUnwritable = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? words[error.code] : undefined

/** Why nothing can be written in a folder that is there; undefined where it can. */
export const whyClosed = async (folder: string): Promise<string | undefined> => {
  try {
    await access(folder, constants.W_OK)
    return undefined
  } catch (error) {
    return whyUnwritable(error) ?? messageOf(error)
  }
}
