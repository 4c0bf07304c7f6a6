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

/** A word as a path: itself, as a module whose packages are told by dots (and each of those), and a program's source where what is made of it is named. */
const pathsOf = (word: string): string[] => {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/.exec(word) ?? []
  const parts = word.includes('/') ? [] : rest.split('.')
  const modules = parts.map((_, last) => '../'.repeat(Math.max(0, dots.length - 1)) + parts.slice(0, last + 1).join('/'))
  return [word, ...modules, word.replace(/\.([cm]?)js$/, '.$1ts')]
}

/** The folders that a path lies in, up to the top. */
const foldersOf = (file: string): string[] => {
  const folder = path.posix.dirname(file)
  return folder === '.' ? [folder] : [folder, ...foldersOf(folder)]
}

/**
 * The scripts that a script's text names: by path from a folder that it lies in, or from one that it names as well (`from .a import b`),
 * with or without their endings, or as modules. Pure.
 */
export const scriptsNamedIn = (text: string, from: string, files: ReadonlySet<string>): string[] => {
  const words = new Set(text.match(/[\w@.-][\w@./-]*/g))
  const paths = new Set([...words].flatMap(pathsOf))
  const placesIn = (folder: string): string[] => [...paths].map((named) => path.posix.join(folder, named))
  const near = foldersOf(from).flatMap(placesIn)
  const folders = new Set([...files].filter(isScript).flatMap(foldersOf))
  const places = new Set([...near, ...[...new Set(near)].filter((place) => folders.has(place)).flatMap(placesIn)])
  const named = [...places].flatMap((place) => endings.map((ending) => `${place}${ending}`).find((file) => files.has(file)) ?? [])
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
