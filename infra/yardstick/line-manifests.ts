import path from 'node:path'
import type { Merged } from './merged.ts'

/** A manifest that is read line by line. */
interface Format {
  readonly files: RegExp
  /** A line that goes on in the next one: none does of which a part may be a remark. */
  readonly goesOn?: RegExp
  /** Whether a new line asks for a package of a registry, or says nothing. */
  isPlain(line: string, base: string): boolean
  /** The folder of the repository where a new line finds its packages, and that alone. */
  folder?(line: string): string | undefined
  /** What the line is about: the base's line about the same comes in its place. */
  about(line: string): string
  /** The line without its version. */
  place(line: string): string
}

/** One beginning for each repetition: whoever writes the line must not choose how long this takes. */
const requirement = /^[a-z0-9][\w.-]* ?(?:\[[^\]]*\])? ?\(?(?:(?:===|[=~!<>]=|[<>]) ?(?:\d+!)?[\w.*+-]+ ?,? ?)*\)? ?(?: --hash[= ]\S+)*$/i
/** A name that pip takes for a file beside it. */
const archive = /\.(?:tgz|tbz|txz|tlz|tar(?:\.\w+)?|zip|whl)(?=$|[\s[(])/i
const withoutRemark = (line: string): string =>
  line
    .replace(/\s+/g, ' ')
    .replace(/(?:^| )#.*$/, '')
    .trim()

const requirements: Format = {
  files:
    /(?:^|\/)(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.(?:txt|in)|(?<!(?:^|\/)docs?\/(?:.*\/)?)requirements\/[^/]+\.(?:txt|in))$/i,
  goesOn: /^(?!\s*#)(?!.*\s#).*\\$/,
  isPlain: (line) => {
    const [said = ''] = withoutRemark(line).split(';', 1)
    return said === '' || (requirement.test(said) && !archive.test(said))
  },
  folder: (line) => /^(?:-e|--editable)[ =]\.\/([\w-][\w./-]*)(?:\[[\w ,-]*\])?$/.exec(withoutRemark(line))?.[1],
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
    // A module finds itself before others by its name.
    if (/^module\b/.test(line)) return false
    const replaced = replacedBy(line)
    // In a quoted name signs may be written in other ways.
    return replaced === undefined || !(/["'`\\]/.test(line) || base.split(/\s+/).includes(replaced))
  },
  about: (line) => replacedBy(line) ?? (/^module\b/.test(line) ? 'module' : line),
  place: (line) => line.replace(/ v\S+$/, ''),
}

const word = String.raw`(?:'[^'\\#]*'|"[^"\\#]*"|:\w+|true|false|nil)`
const words = String.raw`(?:${word}|\[ ?(?:${word}(?: ?, ?${word})*)? ?\]|%[iw]\[[\w ]*\])`
const option = `(?:(?:require|groups?|platforms?|force_ruby_platform): ?|:(?:require|groups?|platforms?) ?=> ?)${words}`
const release = String.raw`(?:'[<>=~! \d][\w<>=~!. -]*'|"[<>=~! \d][\w<>=~!. -]*")`
const gem = new RegExp(
  String.raw`^gem(?: |\(| \() ?['"][\w.-]+['"](?: ?, ?(?:${release}|\[ ?${release}(?: ?, ?${release})* ?\]|${option}))* ?\)?$`,
)
const block = new RegExp(
  String.raw`^(?:group|platforms?)(?: |\( ?)(?:${words}|optional: true)(?: ?, ?(?:${words}|optional: true))* ?\)? do$`,
)

const gems: Format = {
  files: /(?:^|\/)(?:Gemfile|gems\.rb)$/,
  goesOn: /^[^#]*[\\,]\s*$/,
  isPlain: (line) => {
    const said = withoutRemark(line)
    return said === '' || said === 'end' || gem.test(said) || block.test(said)
  },
  folder: (line) => /^path(?: |\( ?)(['"])((?:\.\/)?[\w-][\w./-]*)\1 ?\)? do$/.exec(withoutRemark(line))?.[2],
  about: (line) => /^gem[\s(]+['"]([\w.-]+)/.exec(line)?.[1] ?? line,
  place: (line) => line.replace(/\b(?:tag|branch|ref)\b\W{1,6}[\w./-]{1,100}['"]/g, ''),
}

/** How a manifest that no table of keys describes is read; undefined: it is no such file. Pure. */
export const formatOf = (file: string): Format | undefined =>
  [requirements, modules, gems].find(({ files }) => files.test(path.posix.normalize(file)))

/** Every sign that one of the readers ends a line at, and those that are none of a text. */
const lineEnd = /\r\n|[^\P{Cc}\t]|[\u2028\u2029]/u

/** Lines as they are meant. */
const linesOf = (text: string, { goesOn }: Format): string[] => {
  const groups: string[][] = []
  let isOpen = false
  for (const line of text.split(lineEnd)) {
    if (isOpen) groups.at(-1)?.push(line.trim())
    else groups.push([line])
    isOpen = goesOn?.test(line) === true
  }
  return groups.map((group) => group.map((line, index) => (index < group.length - 1 ? line.trimEnd().replace(/\\$/, '') : line)).join(' '))
}

/** Whether a folder is as the base has it, with all that is in it: what lies there may run tests already. */
export type IsOfBase = (folder: string) => boolean

/**
 * The head's lines without those that take a package from elsewhere than a registry, or say where packages come from, and are new: a runner of
 * tests, or what it loads by itself, could come with them. Pure.
 */
export function mergeLines(format: Format, base: string, head: string, isOfBase: IsOfBase): Merged {
  const { isPlain, folder, about, place } = format
  const isInBase = (line: string): boolean => {
    const found = folder?.(line)
    return found !== undefined && isOfBase(path.posix.normalize(found).replace(/\/$/, ''))
  }
  const before = linesOf(base, format).map((line) => line.trim())
  const places = new Set(before.map(place))
  const after = linesOf(head, format)
  const merged = after.flatMap((line) => {
    const said = line.trim()
    if (places.has(place(said)) || isPlain(said, base) || isInBase(said)) return [line]
    return before.filter((one) => about(one) === about(said)).slice(0, 1)
  })
  return {
    text: merged.join('\n'),
    isOther: merged.join('\n') !== after.join('\n'),
    areDependenciesOther: merged.join('\n') !== linesOf(base, format).join('\n'),
  }
}
