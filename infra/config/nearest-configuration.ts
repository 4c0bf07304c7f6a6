import { lstatSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const NAME = 'cortex.toml'
/** What it means that there is none, and what to do. */
export const NO_CONFIGURATION =
  'no cortex.toml of yours was found here or in a folder above: every setting is its default, and there is neither project nor agent; "cortex init" in your repository writes one, then start this again'

const OTHERS_WRITE = 0o022

/**
 * The nearest `cortex.toml` from a folder upwards, as git finds its repository; undefined when there is none. Above, only a file of this
 * user's (or of root's) counts, that nobody else may write: it says what is run, and in a shared place anybody may have put it there.
 */
export const nearestConfiguration = (from: string): string | undefined => {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, NAME)
    const about = lstatSync(file, { throwIfNoEntry: false })
    if (
      about &&
      (folder === resolve(from) || (about.isFile() && [0, process.getuid?.()].includes(about.uid) && !(about.mode & OTHERS_WRITE)))
    )
      return file
    if (dirname(folder) === folder) return undefined
  }
}
