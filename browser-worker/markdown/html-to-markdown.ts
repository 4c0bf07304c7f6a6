import { parseFragment } from 'parse5'
import { textMarkdown } from './escapes.ts'
import { attribute, type Element, findBelow, hasClass, isElement, isText, type Node, spoken, standsApart, textOf } from './nodes.ts'
import { footnotesIn } from './sources.ts'
import { tableMarkdown } from './table.ts'

/** GitHub-flavoured Markdown of an answer's rendered HTML: what is used where the page has no copy action. Takes any HTML and never throws for it. */
export const htmlToMarkdown = (html: string): string =>
  blocksOf(parseFragment(html).childNodes)
    .map(({ markdown }) => markdown)
    .join('\n\n')

interface Block {
  readonly kind: 'text' | 'ul' | 'ol' | 'other'
  readonly markdown: string
  /** A list with the marks that part it from the one before it. */
  readonly isApart?: boolean
}

const isBlock = (node: Node): node is Element => isElement(node) && (standsApart(node) || findBelow(node, standsApart) !== undefined)

/** The blocks in a list of nodes: runs of what stands in lines are paragraphs. */
const blocksOf = (nodes: readonly Node[]): Block[] => {
  const blocks: Block[] = []
  let run: Node[] = []
  const flush = (): void => {
    const markdown = textMarkdown(run)
    if (markdown !== '') blocks.push({ kind: 'text', markdown })
    run = []
  }
  for (const node of spoken(nodes)) {
    if (!isBlock(node)) {
      run.push(node)
      continue
    }
    if (node.tagName === 'p' && isTickBox(run)) {
      run.push(...node.childNodes)
      flush()
      continue
    }
    flush()
    blocks.push(...blockOf(node, blocks.at(-1)))
  }
  flush()
  return blocks
}

/** A box to tick that stands before the paragraph of its item. */
const isTickBox = (run: readonly Node[]): boolean =>
  run.some((node) => isElement(node) && node.tagName === 'input') &&
  run.every((node) => (isElement(node) ? node.tagName === 'input' : textOf(node).trim() === ''))

const blockOf = (element: Element, before: Block | undefined): Block[] => {
  const { tagName, childNodes } = element
  const other = (markdown: string): Block[] => [{ kind: 'other', markdown }]
  if (/^h[1-6]$/.test(tagName)) return headingOf(element)
  if (tagName === 'ul' || tagName === 'ol') {
    // Two lists in a row would be one: the second has other marks.
    const isApart = before?.kind === tagName && before.isApart !== true
    return [{ kind: tagName, markdown: listOf(element, isApart), isApart }]
  }
  if (tagName === 'pre') return other(codeBlock(element))
  if (tagName === 'hr') return other('---')
  if (tagName === 'table') return other(tableMarkdown(element))
  if (hasClass(element, 'katex-display')) return other(textMarkdown([element]))
  const notes = footnotesIn(element)
  if (notes) return notes.map(footnote)
  const inner = blocksOf(childNodes)
  return tagName === 'blockquote' ? other(joined(inner).replace(/^/gm, '> ').replace(/^> $/gm, '>')) : inner
}

const joined = (blocks: readonly Block[]): string => blocks.map(({ markdown }) => markdown).join('\n\n')

const footnote = ({ label, nodes }: { label: string; nodes: readonly Node[] }): Block => ({
  kind: 'other',
  markdown: `[^${label}]: ${joined(blocksOf(nodes)).replace(/\n(?=[^\n])/g, '\n    ')}`,
})

const headingOf = ({ tagName, childNodes }: Element): Block[] => {
  const text = textMarkdown(childNodes, 'within').replace(/\s*\n\s*/g, ' ')
  // Signs at its end would be taken for its own.
  return text === '' ? [] : [{ kind: 'other', markdown: `${'#'.repeat(Number(tagName.slice(1)))} ${text.replace(/(?<=^|\s)#+$/, '\\$&')}` }]
}

/** A list of short items is one block; after an item of several blocks stands a blank line. */
const listOf = (list: Element, isApart: boolean): string => {
  const items = list.childNodes.filter(isElement).filter(({ tagName }) => tagName === 'li')
  const first = Number(attribute(list, 'start') ?? '1')
  const markAt = (index: number): string => {
    if (list.tagName === 'ul') return isApart ? '* ' : '- '
    return `${first + index}${isApart ? ')' : '.'} `
  }
  return items
    .map((item, index) => itemOf(item, markAt(index)))
    .join('\n')
    .trimEnd()
}

const itemOf = (item: Element, mark: string): string => {
  const blocks = blocksOf(item.childNodes)
  // What a blank line must part from the text before it: anything but a list, and one that does not begin with 1.
  const isShort = blocks.every(({ kind, markdown }, at) =>
    at === 0 ? kind === 'text' : /^[uo]l$/.test(kind) && /^(?:[-*]|1[.)]) /.test(markdown),
  )
  // Behind the same sign a rule would be the end of the list.
  const [first] = blocks
  if (first?.markdown === '---' && mark === '- ') blocks[0] = { ...first, markdown: '***' }
  const text = isShort ? blocks.map(({ markdown }) => markdown).join('\n') : `${joined(blocks)}\n`
  return `${mark}${text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)}`
}

/** Chat pages put a bar with the language and buttons over the code: only the code element's own text counts. */
const codeBlock = (pre: Element): string => {
  const code = findBelow(pre, ({ tagName }) => tagName === 'code') ?? pre
  const named = `${attribute(code, 'class') ?? ''} ${attribute(pre, 'class') ?? ''}`
  const language = /(?:^|\s)lang(?:uage)?-([\w+#.-]+)/.exec(named)?.[1] ?? ''
  const text = codeText(code).replace(/\n$/, '')
  const longest = Math.max(2, ...[...text.matchAll(/^ {0,3}(`{3,})/gm)].map(([, ticks = '']) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}${text === '' ? '' : '\n'}${fence}`
}

const codeText = (node: Node): string => {
  if (isText(node)) return textOf(node)
  if (!isElement(node)) return ''
  return node.tagName === 'br' ? '\n' : spoken(node.childNodes).map(codeText).join('')
}
