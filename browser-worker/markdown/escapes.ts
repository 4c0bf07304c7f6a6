import { Marked } from 'marked'
import { parseFragment } from 'parse5'
import { type Escape, inlineMarkdown, isOwnName } from './inlines.ts'
import { attribute, type Element, isElement, isText, type Node, spoken, standsApart, textOf } from './nodes.ts'
import { withoutSources } from './sources.ts'

/** Each kind of mark that plain text may be taken for, where it may be. */
const kinds: readonly RegExp[] = [
  /\\(?=[!-/:-@[-`{-~]|$)/g,
  /(?<!\s)\*|\*(?!\s)/g,
  /(?<![\p{L}\p{N}])_(?!\s)|(?<!\s)_(?![\p{L}\p{N}])/gu,
  /`/g,
  /~/g,
  /[[\]]/g,
  /&(?=#?\w+;)/g,
  /<(?=[a-z/!?])/gi,
]
/** At the beginning of a line: headings, lists, quotes, rules, tables. */
const lineMark = /^(\s*)(#{1,6}(?=\s|$)|[-+*](?=\s|$)|>|\d+(?=[.)](?:\s|$))|[-=|])/

const escapedBy =
  (chosen: readonly RegExp[]): Escape =>
  (text) => {
    const at = new Set(chosen.flatMap((kind) => [...text.matchAll(kind)].map(({ index }) => index)))
    return text
      .split('')
      .map((character, index) => (at.has(index) ? `\\${character}` : character))
      .join('')
  }

const atLineStart = (markdown: string): string =>
  markdown
    .split('\n')
    .map((line) =>
      line.replace(lineMark, (_whole, space: string, mark: string) => (/^\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`)),
    )
    .join('\n')

/** HTML in an answer is text, as on the page. */
const marked = new Marked({ gfm: true, tokenizer: { html: () => undefined, tag: () => undefined } })

const names: Readonly<Record<string, string>> = { b: 'strong', i: 'em', s: 'del', strike: 'del', kbd: 'code', samp: 'code', tt: 'code' }
const shaped = new Set(['strong', 'em', 'del', 'code', 'br', 'img', 'a', 'input'])

/** What a text says to a reader, whatever elements without a meaning stand around it. */
const shapeOf = (nodes: readonly Node[]): string =>
  shapeWithin(nodes)
    .replace(/\s+/g, ' ')
    // White space at the edges of marks may stand on either side of them.
    .replace(/ ?([\uE000-\uE002]) ?/g, '$1')
    .trim()

const shapeWithin = (nodes: readonly Node[]): string =>
  spoken(nodes)
    .map((node) => (isText(node) ? node.value : isElement(node) ? shapeOfElement(node) : ''))
    .join('')

const shapeOfElement = (element: Element): string => {
  const name = names[element.tagName] ?? element.tagName
  const inner = name === 'code' ? textOf(element) : shapeWithin(element.childNodes)
  const url = attribute(element, 'href') ?? attribute(element, 'src') ?? ''
  const isPlain = !shaped.has(name) || (name === 'a' && (url === '' || isOwnName(textOf(element).trim(), url)))
  if (isPlain) return standsApart(element) ? ` ${inner} ` : inner
  return `\uE000${name} ${url}\uE001${inner}\uE002`
}

const perhapsMarked = /[\\*_`~[\]&<]|^\s*(?:#|[-+*>=|]|\d+[.)])/m

/** Where text stands: at the beginning of a line, where a heading or a list may begin, or behind something in it. */
export type Place = 'line' | 'within'

/**
 * The Markdown of a block of text, with as few escapes as it needs to be read again as what the page shows: text stays as its writer wrote
 * it (`my_file.txt`, `2 * 3`), and what would become a mark is escaped. Whether it is needed is tried, by reading it.
 */
export const textMarkdown = (nodes: readonly Node[], place: Place = 'line'): string => {
  const written = withoutSources(nodes)
  return written.restore(written.nodes.length === 0 ? '' : writtenText(written.nodes, place))
}

const writtenText = (nodes: readonly Node[], place: Place): string => {
  const plain = inlineMarkdown(nodes, (text) => text).trim()
  if (!perhapsMarked.test(plain)) return plain
  const wanted = shapeOf(nodes)
  const isRight = (markdown: string): boolean => readShape(markdown, place) === wanted
  const write = (chosen: readonly RegExp[], isGuarded: boolean): string => {
    const markdown = inlineMarkdown(nodes, escapedBy(chosen)).trim()
    return isGuarded ? atLineStart(markdown) : markdown
  }
  const present = kinds.filter((kind) => plain.search(kind) >= 0)
  for (const isGuarded of place === 'line' ? [false, true] : [false]) {
    if (isRight(write([], isGuarded))) return write([], isGuarded)
    if (isRight(write(present, isGuarded)))
      return write(
        withoutSpare(present, (kinds) => isRight(write(kinds, isGuarded))),
        isGuarded,
      )
  }
  return write(present, place === 'line')
}

/** Kind by kind what does without is left out: whoever escapes one star of a text escapes them all. */
const withoutSpare = (all: readonly RegExp[], isEnough: (kinds: readonly RegExp[]) => boolean): readonly RegExp[] =>
  all.reduce<readonly RegExp[]>((kept, kind) => {
    const fewer = kept.filter((one) => one !== kind)
    return isEnough(fewer) ? fewer : kept
  }, all)

/** What Markdown says where it stands; undefined when it is no plain paragraph there. */
const readShape = (markdown: string, place: Place): string | undefined => {
  if (place === 'within') return shapeOf(parseFragment(marked.parseInline(markdown, { async: false })).childNodes)
  const blocks = parseFragment(marked.parse(markdown, { async: false })).childNodes.filter(isElement)
  return blocks.length === 1 && blocks[0]?.tagName === 'p' ? shapeOf(blocks[0].childNodes) : undefined
}
