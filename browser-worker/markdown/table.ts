import { textMarkdown } from './escapes.ts'
import { attribute, type Element, isElement, type Node } from './nodes.ts'

/** A table with its header and the sides to which its columns are set; a cell's blocks stand in one line. */
export const tableMarkdown = (table: Element): string => {
  const rows = rowsOf(table.childNodes)
  const [first] = rows
  if (!first) return ''
  const width = Math.max(...rows.map(({ length }) => length))
  const hasHeader =
    first.every(({ tagName }) => tagName === 'th') || table.childNodes.some((node) => isElement(node) && node.tagName === 'thead')
  const header = hasHeader ? first : []
  const line = (cells: readonly string[]): string => `| ${Array.from({ length: width }, (_, at) => cells[at] ?? '').join(' | ')} |`
  const sides = Array.from({ length: width }, (_, at) => sideOf((hasHeader ? header : first)[at]))
  return [line(header.map(cellMarkdown)), line(sides), ...rows.slice(hasHeader ? 1 : 0).map((row) => line(row.map(cellMarkdown)))].join(
    '\n',
  )
}

const rowsOf = (nodes: readonly Node[]): Element[][] =>
  nodes.filter(isElement).flatMap((element) => {
    if (element.tagName !== 'tr') return ['thead', 'tbody', 'tfoot'].includes(element.tagName) ? rowsOf(element.childNodes) : []
    return [element.childNodes.filter(isElement).filter(({ tagName }) => tagName === 'td' || tagName === 'th')]
  })

const sideOf = (cell: Element | undefined): string => {
  const side = cell && (attribute(cell, 'align') ?? /text-align:\s*(\w+)/.exec(attribute(cell, 'style') ?? '')?.[1])
  return { left: ':--', right: '--:', center: ':-:' }[side ?? ''] ?? '---'
}

/** A stroke would end the cell, in code too. */
const cellMarkdown = ({ childNodes }: Element): string =>
  textMarkdown(childNodes, 'within')
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
