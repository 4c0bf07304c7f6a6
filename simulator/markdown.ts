import { Marked, type Tokens } from 'marked'
import { escapeHtml } from './escape-html.ts'

const LINKABLE = /^(?:https?:\/\/|mailto:)/

/** As the real page shows an answer: its own frame around code and tables, paragraphs in lists; HTML in an answer is text. */
const marked = new Marked({
  gfm: true,
  breaks: true,
  // No token for what is not to be seen as such: it stays text, and is escaped.
  tokenizer: { html: () => undefined, tag: () => undefined, url: () => undefined },
  walkTokens: (token) => {
    if (token.type === 'list') for (const item of token['items']) loosen(item)
  },
  renderer: {
    code: ({ text, lang = '' }) => {
      const language = escapeHtml(lang.match(/^[\w+#.-]+/)?.[0] ?? '')
      const chrome = `<div class="code-chrome"><span>${language}</span><button type="button" class="code-copy">Copy code</button></div>`
      const named = language ? ` class="language-${language}"` : ''
      return `<pre>${chrome}<div class="code-body"><code${named}>${escapeHtml(text && `${text.replace(/\n$/, '')}\n`)}</code></div></pre>\n`
    },
    image: ({ raw }) => escapeHtml(raw),
    link({ href, tokens, raw }) {
      return LINKABLE.test(href) ? `<a href="${escapeHtml(href)}" rel="noopener">${this.parser.parseInline(tokens)}</a>` : escapeHtml(raw)
    },
    table(token) {
      const side = ({ align }: Tokens.TableCell): string => (align ? ` style="text-align: ${align}"` : '')
      const row = (cells: Tokens.TableCell[], tag: string): string =>
        `<tr>${cells.map((cell) => `<${tag}${side(cell)}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`
      const body = token.rows.map((cells) => row(cells, 'td')).join('')
      return `<div class="table-container"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`
    },
  },
})

const loosen = (item: Tokens.ListItem): void => {
  for (const token of item.tokens) if (token.type === 'text') token.type = 'paragraph'
}

/** The HTML that the page shows for the Markdown of an answer. Never throws; a text that breaks off (in mid-stream) is rendered as far as it goes. */
export const renderMarkdown = (markdown: string): string => marked.parse(markdown.trimEnd(), { async: false }).trimEnd()
