import { attribute, type Element, findBelow, hasClass, isElement, isText, type Node, spoken, standsApart, textOf } from './nodes.ts'

/** How text that is no mark is written, so that it is not read as one. */
export type Escape = (text: string) => string

const marks: Readonly<Record<string, string>> = { strong: '**', b: '**', em: '*', i: '*', del: '~~', s: '~~', strike: '~~' }

/** The Markdown of a run of text, formulas, emphasis, code, links and images; `write` says what is plain text in it. */
export const inlineMarkdown = (nodes: readonly Node[], write: Escape): string =>
  spoken(merged(nodes))
    .map((node) => (isText(node) ? write(node.value.replace(/\s+/g, ' ')) : isElement(node) ? elementMarkdown(node, write) : ''))
    .join('')
    .replace(/ *( {2}\n) */g, '$1')

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

const elementMarkdown = (element: Element, write: Escape): string => {
  const { tagName, childNodes } = element
  if (tagName === 'br') return '  \n'
  if (tagName === 'code' || tagName === 'kbd' || tagName === 'samp' || tagName === 'tt') return inlineCode(textOf(element))
  if (tagName === 'img') return image(element)
  if (tagName === 'input')
    return attribute(element, 'type') !== 'checkbox' ? '' : attribute(element, 'checked') === undefined ? '[ ] ' : '[x] '
  const formula = formulaOf(element)
  if (formula) return formula
  const inner = inlineMarkdown(childNodes, write)
  if (tagName === 'a') return link(element, inner)
  const mark = Object.hasOwn(marks, tagName) ? marks[tagName] : undefined
  if (mark) return around(inner, mark)
  return standsApart(element) ? ` ${inner} ` : inner
}

/** A mark stands at the words: white space goes outside of it. */
const around = (inner: string, mark: string): string => {
  const text = inner.trim()
  return text === '' ? inner : inner.replace(text, () => `${mark}${text}${mark}`)
}

/** The source of a formula; one that stands by itself has two signs. */
const formulaOf = (element: Element): string | undefined => {
  const isDisplayed = hasClass(element, 'katex-display')
  if (!isDisplayed && !hasClass(element, 'katex')) return undefined
  const annotation = findBelow(element, ({ tagName }) => tagName === 'annotation')
  const source = annotation && textOf(annotation).trim()
  return source && (isDisplayed ? `$$${source}$$` : `$${source}$`)
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

const link = (element: Element, inner: string): string => {
  const url = attribute(element, 'href') ?? ''
  const text = textOf(element).trim()
  if (url === '' || inner.trim() === '' || isOwnName(text, url)) return isOwnName(text, url) ? text : inner
  return `[${inner.trim()}](${target(url)}${titled(element)})`
}

/** A link that a page made of an address in the text. */
export const isOwnName = (text: string, url: string): boolean =>
  text !== '' && [text, `http://${text}`, `mailto:${text}`].some((one) => one === url)

const image = (element: Element): string => {
  const url = attribute(element, 'src') ?? ''
  return url === '' ? '' : `![${(attribute(element, 'alt') ?? '').replace(/[[\]\\]/g, '\\$&')}](${target(url)}${titled(element)})`
}
