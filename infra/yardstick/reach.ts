import path from 'node:path'

/** Folders whose files run things beside the product; `bin` is not among them, for what it holds may be the product. */
const isScript = (file: string): boolean => /^(scripts?|tools|ci|hack)\/./.test(file) || /\.(sh|bash)$/.test(file)

const endings = [
  '',
  '.js',
  '.mjs',
  '.cjs',
  '.ts',
  '.mts',
  '.cts',
  '.py',
  '.rb',
  '.sh',
  '/index.js',
  '/index.mjs',
  '/index.ts',
  '/__init__.py',
]

/** The scripts that a script's text names: by path from its folder or the top, with or without their endings, or as a module beside it. Pure. */
export const scriptsNamedIn = (text: string, from: string, files: ReadonlySet<string>): string[] => {
  const words = new Set(text.match(/[\w@.-][\w@./-]*/g))
  const places = [...words].flatMap((word) => [path.posix.join(path.posix.dirname(from), word), path.posix.normalize(word)])
  const named = places.flatMap((place) => endings.map((ending) => `${place}${ending}`).find((file) => files.has(file)) ?? [])
  return [...new Set(named)].filter((file) => file !== from && isScript(file))
}

/** Scripts that are read for what they name in turn. */
const MOST_READ = 200

/** The scripts that these files start or load in turn, however deep: what they name outside of such folders is the product, and is not followed. */
export const reachedFrom = async (
  first: readonly string[],
  files: ReadonlySet<string>,
  read: (file: string) => Promise<string | null>,
): Promise<string[]> => {
  const known = new Set(first.filter((file) => files.has(file)))
  let count = 0
  for (const file of known) {
    if (++count > MOST_READ) break
    for (const named of scriptsNamedIn((await read(file)) ?? '', file, files)) known.add(named)
  }
  return [...known].filter((file) => !first.includes(file))
}
