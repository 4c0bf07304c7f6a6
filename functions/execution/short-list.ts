const MAX_FILES = 500
/** Characters of all paths together: a message holds 64 KB. */
const MAX_PATHS = 24_000

/** The first files, as many as a message takes; the diff has them all. Pure. */
export const shortList = (files: readonly string[], paths = MAX_PATHS): string[] => {
  let left = paths
  return files.slice(0, MAX_FILES).filter((file) => {
    left -= file.length
    return left >= 0
  })
}
