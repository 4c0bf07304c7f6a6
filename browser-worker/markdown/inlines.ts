import { attribute, type Element, isElement, isText, type Node, spoken, standsApart, textOf } from './nodes.ts'

/** How text that is no mark is written, so that it is not read as one. */
export type Escape = (text: string) => string

const marks: Readonly<Record<string, string>> = { strong: '**', b: '**', em: '*', i: '*', del: '~~', s: '~~', strike: '~~' }

/** The Markdown of a run of text, emphasis, code, links and images; `write` says what is plain text in it. */
export const inlineMarkdown = (nodes: readonly Node[], write: Escape): string =>
  spoken(merged(nodes))
    .map((node, at, all) => {
      if (isText(node)) return write(node.value.replace(/\s+/g, ' '))
      return isElement(node) ? elementMarkdown(node, write, standsFree(node, all[at - 1], all[at + 1])) : ''
    })
    .join('')
    .replace(/ *( {2}\n) */g, '$1')
    .replace(/^(\[[ x]\] ) +/, '$1')

/** Neighbours with the same mark are one, for `**a****b**` would be another text. */
const merged = (nodes: readonly Node[]): Node[] => {
  const whole: Node[] = []
  for (const node of nodes) {
    const last = whole.at(-1)
    const isSame = last && isElement(last) && isElement(node) && last.tagName === node.tagName && Object.hasOwn(marks, node.tagName)
    if (isSame) whole[whole.length - 1] = { ...last, childNodes: [...last.childNodes, ...node.childNodes] }
    else whole.push(node)
  }
  return whole
}

/** Whether a bare address is read as one to its end, and no further. */
const standsFree = (address: Element, before: Node | undefined, after: Node | undefined): boolean => {
  const isOpen = (node: Node | undefined, edge: RegExp): boolean =>
    node === undefined || (isText(node) ? edge.test(node.value) : isElement(node) && node.tagName === 'br')
  return isOpen(before, /(?:^|[\s(])$/) && isOpen(after, textOf(address).includes('(') ? /^[?!.,:]*(?:\s|$)/ : /^[?!.,:)]*(?:\s|$)/)
}

const elementMarkdown = (element: Element, write: Escape, isFree: boolean): string => {
  const { tagName, childNodes } = element
  if (tagName === 'br') return '  \n'
  if (tagName === 'code' || tagName === 'kbd' || tagName === 'samp' || tagName === 'tt') return inlineCode(textOf(element))
  if (tagName === 'img') return image(element)
  if (tagName === 'input')
    return attribute(element, 'type') !== 'checkbox' ? '' : attribute(element, 'checked') === undefined ? '[ ] ' : '[x] '
  const inner = inlineMarkdown(childNodes, write)
  if (tagName === 'a') return link(element, inner, isFree)
  const mark = Object.hasOwn(marks, tagName) ? marks[tagName] : undefined
  if (mark) return around(inner, mark)
  return standsApart(element) ? ` ${inner} ` : inner
}

/** A mark stands at the words: white space goes outside of it. */
const around = (inner: string, mark: string): string => {
  const text = inner.trim()
  return text === '' ? inner : inner.replace(text, () => `${mark}${text}${mark}`)
}

const inlineCode = (text: string): string => {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const gap = /^`|`$|^ .*[^ ].* $/s.test(text) ? ' ' : ''
  return text === '' ? '' : `${fence}${gap}${text.replace(/\n/g, ' ')}${gap}${fence}`
}

const target = (url: string): string => (/[\s()<>]/.test(url) ? `<${url.replace(/[<>\s]/g, encodeURIComponent)}>` : url)

const titled = (element: Element): string => {
  const title = attribute(element, 'title')
  return title ? ` "${title.replace(/["\\]/g, '\\$&')}"` : ''
}

const link = (element: Element, inner: string, isFree: boolean): string => {
  const url = attribute(element, 'href') ?? ''
  const text = textOf(element).trim()
  if (isOwnName(text, url) && (isFree || /[\s<>]/.test(text))) return text
  if (isOwnName(text, url) && url !== `http://${text}`) return `<${text}>`
  if (url === '' || inner.trim() === '') return inner
  return `[${inner.trim()}](${target(url)}${titled(element)})`
}

/** A link that a page made of an address in the text. */
export const isOwnName = (text: string, url: string): boolean =>
  text !== '' && [text, `http://${text}`, `mailto:${text}`].some((one) => one === url)

const image = (element: Element): string => {
  const url = attribute(element, 'src') ?? ''
  return url === '' ? '' : `![${(attribute(element, 'alt') ?? '').replace(/[[\]\\]/g, '\\$&')}](${target(url)}${titled(element)})`
}
