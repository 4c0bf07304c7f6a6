import { attribute, type Element, findBelow, hasClass, isElement, isText, type Node, textOf } from './nodes.ts'

/** Elements that a page made of a source of their own, which is no text of the answer: formulas, and the numbers of footnotes. */

/** The source of a formula; one that stands by itself has two signs. */
const formulaOf = (element: Element): string | undefined => {
  const isDisplayed = hasClass(element, 'katex-display')
  if (!isDisplayed && !hasClass(element, 'katex')) return undefined
  const annotation = findBelow(element, ({ tagName }) => tagName === 'annotation')
  const source = annotation && textOf(annotation).trim()
  return source && (isDisplayed ? `$$${source}$$` : `$${source}$`)
}

const footnoteOf = (element: Element): string | undefined => {
  const isReference = element.tagName === 'a' && attribute(element, 'data-footnote-ref') !== undefined
  const label = isReference ? footnoteLabel(attribute(element, 'href')) : undefined
  return label && `[^${label}]`
}

/** `x` of `#user-content-fn-x`, as GitHub and what renders like it name the place of a footnote. */
export const footnoteLabel = (place: string | undefined): string | undefined => /(?:^#?|-)fn-(.+)$/.exec(place ?? '')?.[1]

/** Stands for a source while the text around it is written, and tried by reading: as a sign would, it parts words. */
const mark = (index: number): string => `$\uE003${index}\uE003$`

/** The nodes with a mark for each source, and what puts the sources into a text in which the marks stand. */
export const withoutSources = (nodes: readonly Node[]): { nodes: Node[]; restore(markdown: string): string } => {
  const sources: string[] = []
  const without = (node: Node): Node => {
    if (!isElement(node)) return node
    const source = formulaOf(node) ?? footnoteOf(node)
    if (source === undefined) return { ...node, childNodes: node.childNodes.map(without) }
    return { nodeName: '#text', value: mark(sources.push(source) - 1), parentNode: null } as Extract<Node, { value: string }>
  }
  return {
    nodes: nodes.map(without),
    restore: (markdown) => markdown.replace(/\$\uE003(\d+)\uE003\$/g, (_mark, index: string) => sources[Number(index)] ?? ''),
  }
}

/** The footnotes at the end of an answer; undefined for any other element. */
export const footnotesIn = (element: Element): readonly { label: string; nodes: readonly Node[] }[] | undefined => {
  if (attribute(element, 'data-footnotes') === undefined) return undefined
  const list = findBelow(element, ({ tagName }) => tagName === 'ol')
  return list?.childNodes.filter(isElement).flatMap((item) => {
    const label = footnoteLabel(attribute(item, 'id'))
    return label === undefined ? [] : [{ label, nodes: withoutWayBack(item.childNodes) }]
  })
}

const withoutWayBack = (nodes: readonly Node[]): Node[] =>
  nodes
    .filter((node) => isText(node) || !isElement(node) || attribute(node, 'data-footnote-backref') === undefined)
    .map((node) => (isElement(node) ? { ...node, childNodes: withoutWayBack(node.childNodes) } : node))
