import { escapeHtml } from './escape-html.ts'
import { renderInline } from './markdown-inline.ts'

/** Markdown to the HTML that the page shows: headings, lists, fenced code, tables, quotes, rules and paragraphs. */

interface Block {
  readonly html: string
  /** Index of the first line after the block. */
  readonly next: number
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)\s*$/
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/

/** Never throws; a text that breaks off (in mid-stream) is rendered as far as it goes. */
export const renderMarkdown = (markdown: string): string => renderLines(markdown.replaceAll('\r\n', '\n').split('\n'))

const renderLines = (lines: readonly string[]): string => {
  const html: string[] = []
  for (let index = 0; index < lines.length; ) {
    const block = blockAt(lines, index)
    if (block.html) html.push(block.html)
    index = block.next
  }
  return html.join('\n')
}

const blockAt = (lines: readonly string[], index: number): Block => {
  const line = lines[index] ?? ''
  if (line.trim() === '') return { html: '', next: index + 1 }
  const fence = FENCE.exec(line)
  if (fence) return codeAt(lines, index, fence[1] ?? '```', fence[2] ?? '')
  const heading = HEADING.exec(line)
  if (heading) return { html: wrap(`h${heading[1]?.length ?? 1}`, renderInline(heading[2] ?? '')), next: index + 1 }
  if (RULE.test(line)) return { html: '<hr>', next: index + 1 }
  if (ITEM.test(line)) return listAt(lines, index)
  if (line.startsWith('>')) return quoteAt(lines, index)
  if (isTableAt(lines, index)) return tableAt(lines, index)
  return paragraphAt(lines, index)
}

const wrap = (tag: string, inner: string): string => `<${tag}>${inner}</${tag}>`

/** Index of the first line from `from` on that fails the test. */
const endOf = (lines: readonly string[], from: number, goesOn: (line: string, index: number) => boolean): number => {
  const end = lines.findIndex((line, index) => index >= from && !goesOn(line, index))
  return end === -1 ? lines.length : end
}

/** The block has chrome of its own, a language and a copy button, as the real page's; they are no part of the code. */
const codeAt = (lines: readonly string[], index: number, marker: string, language: string): Block => {
  const closes = (line: string): boolean => new RegExp(`^ {0,3}${marker[0]}{${marker.length},}\\s*$`).test(line)
  const end = endOf(lines, index + 1, (line) => !closes(line))
  const code = lines.slice(index + 1, end).map((line) => `${line}\n`)
  const named = language ? ` class="language-${escapeHtml(language)}"` : ''
  const chrome = `<div class="code-chrome"><span>${escapeHtml(language)}</span><button type="button" class="code-copy">Copy code</button></div>`
  return { html: `<pre>${chrome}<div class="code-body"><code${named}>${escapeHtml(code.join(''))}</code></div></pre>`, next: end + 1 }
}

const quoteAt = (lines: readonly string[], index: number): Block => {
  const end = endOf(lines, index, (line) => line.startsWith('>'))
  return { html: wrap('blockquote', renderLines(lines.slice(index, end).map((line) => line.replace(/^> ?/, '')))), next: end }
}

const isTableAt = (lines: readonly string[], index: number): boolean =>
  (lines[index] ?? '').includes('|') && (lines[index + 1] ?? '').includes('-') && DELIMITER.test(lines[index + 1] ?? '')

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => renderInline(cell.trim().replaceAll('\\|', '|')))

const tableAt = (lines: readonly string[], index: number): Block => {
  const end = endOf(lines, index + 2, (line) => line.includes('|'))
  const row = (line: string, tag: string): string =>
    wrap(
      'tr',
      cellsOf(line)
        .map((cell) => wrap(tag, cell))
        .join(''),
    )
  const body = lines.slice(index + 2, end).map((line) => row(line, 'td'))
  const html = `<table><thead>${row(lines[index] ?? '', 'th')}</thead><tbody>${body.join('')}</tbody></table>`
  return { html: `<div class="table-container">${html}</div>`, next: end }
}

const listAt = (lines: readonly string[], index: number): Block => {
  const [, indent = '', marker = '-'] = ITEM.exec(lines[index] ?? '') ?? []
  const ordered = /\d/.test(marker)
  const items: string[] = []
  let next = index
  for (let item = itemAt(lines, next, indent.length, ordered); item; item = itemAt(lines, next, indent.length, ordered)) {
    items.push(item.html)
    next = item.next
  }
  const start = ordered && Number.parseInt(marker, 10) !== 1 ? ` start="${Number.parseInt(marker, 10)}"` : ''
  return { html: `<${ordered ? `ol${start}` : 'ul'}>${items.join('')}</${ordered ? 'ol' : 'ul'}>`, next }
}

/** One item with everything that is indented under it; undefined when the list is over. */
const itemAt = (lines: readonly string[], index: number, indent: number, ordered: boolean): Block | undefined => {
  const first = skipBlank(lines, index)
  const [whole = '', spaces = '', marker = '', text = ''] = ITEM.exec(lines[first] ?? '') ?? []
  if (!whole || spaces.length !== indent || /\d/.test(marker) !== ordered) return undefined
  const belongs = (line: string, at: number): boolean =>
    line.trim() === '' ? leading(lines[skipBlank(lines, at)] ?? '') > indent : leading(line) > indent
  const end = endOf(lines, first + 1, belongs)
  const inner = lines.slice(first + 1, end)
  const depth = Math.min(...inner.filter((line) => line.trim() !== '').map(leading))
  const below = renderLines(inner.map((line) => line.slice(Number.isFinite(depth) ? depth : 0)))
  return { html: wrap('li', wrap('p', renderInline(text)) + below), next: end }
}

const leading = (line: string): number => line.length - line.trimStart().length
const skipBlank = (lines: readonly string[], from: number): number => endOf(lines, from, (line) => line.trim() === '')

const paragraphAt = (lines: readonly string[], index: number): Block => {
  const starts = (line: string, at: number): boolean =>
    line.trim() === '' || FENCE.test(line) || HEADING.test(line) || ITEM.test(line) || line.startsWith('>') || isTableAt(lines, at)
  const end = endOf(lines, index + 1, (line, at) => !starts(line, at))
  return { html: wrap('p', renderInline(lines.slice(index, end).join('\n').trim())), next: end }
}
