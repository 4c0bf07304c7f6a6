import { escapeHtml } from './escape-html.ts'

/** Marks inside a line: code, bold, italic, struck out, links. Everything else is text and escaped. */

const CODE = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/
const LINK = /\[([^\]]+)\]\((https?:\/\/[^\s)]+|mailto:[^\s)]+)\)/
const STRONG = /\*\*(\S|\S[\s\S]*?\S)\*\*/
const STRUCK = /~~(\S|\S[\s\S]*?\S)~~/
const EMPHASIS = /(?<![\w*])([*_])(\S|\S[^*_]*?\S)\1(?![\w*])/

type Mark = readonly [pattern: RegExp, html: (match: RegExpExecArray) => string]

const marks: readonly Mark[] = [
  [CODE, (match) => `<code>${escapeHtml((match[2] ?? '').trim())}</code>`],
  [LINK, (match) => `<a href="${escapeHtml(match[2] ?? '')}" rel="noopener">${renderInline(match[1] ?? '')}</a>`],
  [STRONG, (match) => `<strong>${renderInline(match[1] ?? '')}</strong>`],
  [STRUCK, (match) => `<del>${renderInline(match[1] ?? '')}</del>`],
  [EMPHASIS, (match) => `<em>${renderInline(match[2] ?? '')}</em>`],
]

/** The first mark in the text counts; at one place the earlier kind (code before all). */
export const renderInline = (text: string): string => {
  const found = marks
    .map(([pattern, html]) => ({ match: pattern.exec(text), html }))
    .filter((one): one is { match: RegExpExecArray; html: Mark[1] } => one.match !== null)
    .sort((a, b) => a.match.index - b.match.index)[0]
  if (!found) return escapeHtml(text).replaceAll('\n', '<br>\n')
  const end = found.match.index + found.match[0].length
  return escapeHtml(text.slice(0, found.match.index)).replaceAll('\n', '<br>\n') + found.html(found.match) + renderInline(text.slice(end))
}
