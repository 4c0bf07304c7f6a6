import path from 'node:path'
import type { Merged } from './merged.ts'

/** A manifest that is read line by line. */
interface Format {
  readonly files: RegExp
  /** Whether a new line asks for a package of a registry, or says nothing. */
  isPlain(line: string, base: string): boolean
  /** What the line is about: the base's line about the same comes in its place. */
  about(line: string): string
  /** The line without its version. */
  place(line: string): string
}

/** One beginning for each repetition: whoever writes the line must not choose how long this takes. */
const requirement =
  /^[a-z0-9][\w.-]* ?(?:\[[^\]]*\])? ?\(?(?:(?:===|[=~!<>]=|[<>]) ?(?:\d+!)?[\w.*+-]+ ?,? ?)*\)? ?(?:;[^\n]*?)?(?: --hash[= ]\S+)*$/i
const archive = /\.(?:tgz|tar(?:\.\w+)?|zip|whl)$/i
const withoutRemark = (line: string): string =>
  line
    .replace(/\s+/g, ' ')
    .replace(/(?:^| )#.*$/, '')
    .trim()

const requirements: Format = {
  files:
    /(?:^|\/)(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.(?:txt|in)|(?<!(?:^|\/)docs?\/(?:.*\/)?)requirements\/[^/]+\.(?:txt|in))$/i,
  isPlain: (line) => {
    const said = withoutRemark(line)
    return said === '' || (requirement.test(said) && !archive.test(said))
  },
  about: (line) => (/^[\w.-]+/.exec(line)?.[0] ?? line).toLowerCase().replace(/[-_.]+/g, '-'),
  place: (line) => (line.includes('://') ? withoutRemark(line).replace(/@[^@\s/:]+$/, '') : withoutRemark(line)),
}

/** The module that a line of `go.mod` replaces. */
const replacedBy = (line: string): string | undefined =>
  line.includes('=>')
    ? line
        .replace(/^replace\s/, '')
        .trim()
        .split(/\s/, 1)[0]
        ?.replace(/^"|"$/g, '')
    : undefined

const modules: Format = {
  files: /(?:^|\/)go\.mod$/,
  isPlain: (line, base) => {
    const replaced = replacedBy(line)
    return replaced === undefined || !base.split(/\s+/).includes(replaced)
  },
  about: (line) => replacedBy(line) ?? line,
  place: (line) => line.replace(/ v\S+$/, ''),
}

const gems: Format = {
  files: /(?:^|\/)(?:Gemfile|gems\.rb)$/,
  isPlain: (line) =>
    /^(?:#.*|end|group\b[\w:, ]*\bdo)?$/.test(line) ||
    (/^gem[\s(]+['"][\w.-]+['"]/.test(line) &&
      !/[`;{}%$|]|\b(?:path|git|github|gitlab|gist|bitbucket|source|if|unless|and|or|do)\b(?!['"])/.test(line)),
  about: (line) => /^gem[\s(]+['"]([\w.-]+)/.exec(line)?.[1] ?? line,
  place: (line) => line.replace(/\b(?:tag|branch|ref)\b\W{1,6}[\w./-]{1,100}['"]/g, ''),
}

/** How a manifest that no table of keys describes is read; undefined: it is no such file. Pure. */
export const formatOf = (file: string): Format | undefined =>
  [requirements, modules, gems].find(({ files }) => files.test(path.posix.normalize(file)))

/** Lines as they are meant: one that ends with a backslash goes on. */
const linesOf = (text: string): string[] => text.replace(/\\\r?\n\s*/g, ' ').split(/\r?\n/)

/**
 * The head's lines without those that take a package from elsewhere than a registry, or say where packages come from, and are new: a runner of
 * tests, or what it loads by itself, could come with them. Pure.
 */
export function mergeLines({ isPlain, about, place }: Format, base: string, head: string): Merged {
  const before = linesOf(base).map((line) => line.trim())
  const places = new Set(before.map(place))
  const after = linesOf(head)
  const merged = after.flatMap((line) => {
    const said = line.trim()
    if (places.has(place(said)) || isPlain(said, base)) return [line]
    return before.filter((one) => about(one) === about(said)).slice(0, 1)
  })
  return {
    text: merged.join('\n'),
    isOther: merged.join('\n') !== after.join('\n'),
    areDependenciesOther: merged.join('\n') !== linesOf(base).join('\n'),
  }
}
