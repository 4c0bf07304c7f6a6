import { type DefaultTreeAdapterTypes, defaultTreeAdapter } from 'parse5'

export type Node = DefaultTreeAdapterTypes.ChildNode
export type Element = DefaultTreeAdapterTypes.Element

export const isText = defaultTreeAdapter.isTextNode
export const isElement = defaultTreeAdapter.isElementNode

export const attribute = ({ attrs }: Element, name: string): string | undefined => attrs.find((one) => one.name === name)?.value

export const hasClass = (element: Element, name: string): boolean => (attribute(element, 'class') ?? '').split(/\s+/).includes(name)

/** All of a node's text, as it stands. */
export const textOf = (node: Node): string => {
  if (isText(node)) return node.value
  return isElement(node) ? node.childNodes.map(textOf).join('') : ''
}

/** The first element below that fulfils the question, in the order of the document. */
export const findBelow = (element: Element, isWanted: (one: Element) => boolean): Element | undefined => {
  for (const child of element.childNodes.filter(isElement)) {
    const found = isWanted(child) ? child : findBelow(child, isWanted)
    if (found) return found
  }
  return undefined
}

const silent = new Set(['button', 'script', 'style', 'noscript', 'template', 'svg'])

/** What says something to a reader: text, and elements that are not the page's own tools. */
export const spoken = (nodes: readonly Node[]): Node[] =>
  nodes.filter((node) => isText(node) || (isElement(node) && !silent.has(node.tagName)))

const blockTags = new Set(
  (
    'address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
)

/** Whether an element begins a line of its own. */
export const standsApart = ({ tagName }: Element): boolean => blockTags.has(tagName)
