import { gfm } from '@truto/turndown-plugin-gfm'
import TurndownService from 'turndown'

const converter = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-', hr: '---', emDelimiter: '*' })
converter.use(gfm)
converter.remove(['button', 'script', 'style', 'noscript'])
converter.addRule('formula', {
  filter: (node) => node.nodeName === 'SPAN' && node.classList.contains('katex') && sourceOf(node) !== '',
  replacement: (_content, node) => `$${sourceOf(node as TurndownElement)}$`,
})
converter.addRule('codeBlock', {
  filter: (node) => node.nodeName === 'PRE',
  replacement: (_content, node) => codeBlock(node as TurndownElement),
})

type TurndownElement = Parameters<TurndownService.FilterFunction>[0]

/** GitHub-flavoured Markdown of an answer's rendered HTML: what is used where the page has no copy action. */
export const htmlToMarkdown = (html: string): string => converter.turndown(html).trim()

const sourceOf = (node: TurndownElement): string => node.querySelector('annotation')?.textContent?.trim() ?? ''

/** Chat pages put a bar with the language and buttons over the code: only the code element's own text counts. */
const codeBlock = (pre: TurndownElement): string => {
  const code = pre.querySelector('code') ?? pre
  const language = /(?:^|\s)lang(?:uage)?-([\w+#-]+)/.exec(`${code.className} ${pre.className}`)?.[1] ?? ''
  const text = (code.textContent ?? '').replace(/\n$/, '')
  const longest = Math.max(2, ...[...text.matchAll(/^ {0,3}(`{3,})/gm)].map(([, ticks = '']) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `\n\n${fence}${language}\n${text}\n${fence}\n\n`
}
