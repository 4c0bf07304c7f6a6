import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse, serialize } from 'parse5'

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element
type Parent = DefaultTreeAdapterTypes.ParentNode

const dropped = new Set([
  'script',
  'style',
  'svg',
  'noscript',
  'template',
  'link',
  'meta',
  'iframe',
  'canvas',
  'video',
  'audio',
  'source',
  'picture',
  'object',
  'embed',
])
const kept = new Set(['class', 'id', 'colspan', 'rowspan', 'scope', 'headers'])
/** Elements that say something even when they are empty. */
const meaningful = new Set(['td', 'th', 'tr', 'br', 'hr', 'img', 'input'])
const classLimit = 200

/**
 * A page's DOM without what says nothing to a reader: scripts, styles, drawings, comments, hidden parts and all attributes but class, id and
 * those of tables. Text, tables and the structure stay; blanks are collapsed, and empty elements without an id go. Takes any HTML and never throws for it.
 */
export const reduceDom = (html: string): string => {
  const document = parse(html)
  reduce(document, false)
  return serialize(document)
    .replace(/\n{2,}/g, '\n')
    .trim()
}

const reduce = (parent: Parent, isPreformatted: boolean): void => {
  for (const node of [...parent.childNodes]) {
    if (!keep(node)) {
      defaultTreeAdapter.detachNode(node)
      continue
    }
    if (defaultTreeAdapter.isTextNode(node)) {
      if (!isPreformatted) node.value = node.value.replace(/\s+/g, ' ')
      continue
    }
    if (!defaultTreeAdapter.isElementNode(node)) continue
    node.attrs = node.attrs.filter(({ name, value }) => kept.has(name) && value.trim() !== '').map(shortened)
    reduce(node, isPreformatted || node.tagName === 'pre' || node.tagName === 'textarea')
    if (isHollow(node)) defaultTreeAdapter.detachNode(node)
  }
}

const keep = (node: Node): boolean => {
  if (defaultTreeAdapter.isCommentNode(node)) return false
  if (defaultTreeAdapter.isElementNode(node)) return !dropped.has(node.tagName) && !isHidden(node)
  return true
}

const isHidden = ({ attrs, tagName }: Element): boolean =>
  attrs.some(
    ({ name, value }) =>
      name === 'hidden' ||
      (name === 'aria-hidden' && value === 'true' && tagName !== 'body') ||
      (name === 'style' && /display\s*:\s*none|visibility\s*:\s*hidden/i.test(value)) ||
      (tagName === 'input' && name === 'type' && value === 'hidden'),
  )

/** Generated class lists can be longer than what they stand on: the first names tell the element apart. */
const shortened = <Attribute extends { name: string; value: string }>(attribute: Attribute): Attribute => {
  const value = attribute.value.trim().replace(/\s+/g, ' ')
  if (attribute.name !== 'class' || value.length <= classLimit) return { ...attribute, value }
  return {
    ...attribute,
    value:
      value
        .slice(0, classLimit + 1)
        .split(' ')
        .slice(0, -1)
        .join(' ') || value.slice(0, classLimit),
  }
}

const isHollow = (element: Element): boolean =>
  !meaningful.has(element.tagName) &&
  !['html', 'head', 'body'].includes(element.tagName) &&
  !element.attrs.some(({ name }) => name === 'id') &&
  element.childNodes.every((child) => defaultTreeAdapter.isTextNode(child) && child.value.trim() === '')
