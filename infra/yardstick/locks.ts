import path from 'node:path'
import { parse } from 'smol-toml'
import { entriesOf, isTable, tablesIn } from './tables.ts'

/** Where each package of a lock file comes from, without its version. */
type Sources = ReadonlyMap<string, ReadonlySet<string>>

/**
 * What a lock file takes from another place than that of the base does: a folder of the repository, another package, another registry.
 * Empty where it only has other versions, or more packages; undefined where one of the two cannot be read. Pure.
 */
export function movedIn(file: string, base: string, head: string): string[] | undefined {
  const read = readers[path.posix.basename(file)]
  if (!read) return newPlaces(base, head)
  try {
    const [before, after] = [read(base), read(head)]
    const isMoved = ([name, places]: [string, ReadonlySet<string>]): boolean =>
      before.has(name) && [...places].some((place) => !before.get(name)?.has(place))
    return [...after].filter(isMoved).map(([name]) => name)
  } catch {
    return undefined // no such format: the base's counts
  }
}

/** Lines of a lock file, in a format of its own, that name a folder; whose they are is not read. */
const place = /\b(file|link|portal|patch|workspace|exec):|\bdirectory\b|^PATH$|^remote: (?!https?:)/
const newPlaces = (base: string, head: string): string[] => {
  const before = new Set(base.split('\n').map((line) => line.trim()))
  return head
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => place.test(line) && !before.has(line))
}

const collect = (entries: readonly (readonly [string, unknown])[]): Sources => {
  const found = new Map<string, Set<string>>()
  for (const [name, from] of entries) found.set(name, (found.get(name) ?? new Set()).add(JSON.stringify(from)))
  return found
}

/** An address without the version and the hash at its end. */
const plain = (address: unknown): unknown => (typeof address === 'string' ? address.replace(/\/-\/.*$|[?#].*$/s, '') : address)

const npm = (text: string): Sources => {
  const lock: unknown = JSON.parse(text)
  const packages = entriesOf(lock, 'packages').flatMap(([where, { resolved, link, name }]) => {
    const at = where.lastIndexOf('node_modules/')
    return at < 0 ? [] : [[where.slice(at + 'node_modules/'.length), [plain(resolved), link, name]] as const]
  })
  const old = entriesOf(lock, 'dependencies').map(([name, { resolved, version }]) => {
    const isNumber = typeof version === 'string' && /^\d[^:/]*$/.test(version)
    return [`${name} (old)`, [plain(resolved), isNumber ? '' : version]] as const
  })
  return collect([...packages, ...old])
}

const pipenv = (text: string): Sources => {
  const lock: unknown = JSON.parse(text)
  return collect(
    [...entriesOf(lock, 'default'), ...entriesOf(lock, 'develop')].map(([name, entry]) => [
      name,
      [entry['index'], entry['path'], entry['file'], entry['git']],
    ]),
  )
}

const composer = (text: string): Sources => {
  const lock: unknown = JSON.parse(text)
  const addressOf = (one: unknown): unknown => (isTable(one) && one['type'] !== 'zip' ? [one['type'], plain(one['url'])] : undefined)
  return collect(
    [...tablesIn(lock, 'packages'), ...tablesIn(lock, 'packages-dev')].map(({ name, source, dist }) => [
      String(name),
      [addressOf(source), addressOf(dist)],
    ]),
  )
}

/** Cargo's, uv's, Poetry's and pdm's lists of packages. */
const toml = (text: string): Sources =>
  collect(
    tablesIn(parse(text), 'package').map(({ name, source, path: folder }) => [
      String(name),
      [
        isTable(source)
          ? Object.entries(source).flatMap(([key, value]) => (/reference/.test(key) ? [] : [[key, plain(value)]]))
          : plain(source),
        folder,
      ],
    ]),
  )

const readers: Readonly<Record<string, (text: string) => Sources>> = {
  'package-lock.json': npm,
  'npm-shrinkwrap.json': npm,
  'composer.lock': composer,
  'Pipfile.lock': pipenv,
  ...Object.fromEntries(['Cargo.lock', 'uv.lock', 'poetry.lock', 'pdm.lock'].map((name) => [name, toml])),
}
