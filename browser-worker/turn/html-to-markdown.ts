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

// Turndown pads its bullets and keeps the blank lines of items that hold paragraphs; a list of short items is one block.
converter.addRule('listItem', {
  filter: 'li',
  replacement: (content, node) => listItem(content.trim(), node as TurndownElement),
})

type TurndownElement = Parameters<TurndownService.FilterFunction>[0]

/** GitHub-flavoured Markdown of an answer's rendered HTML: what is used where the page has no copy action. */
export const htmlToMarkdown = (html: string): string => converter.turndown(html).trim()

const listItem = (content: string, item: TurndownElement): string => {
  const parent = item.parentElement
  const index = parent
    ? Array.from(parent.childNodes)
        .filter(({ nodeName }) => nodeName === 'LI')
        .indexOf(item as unknown as ChildNode)
    : 0
  const mark = parent?.nodeName === 'OL' ? `${Number(parent.getAttribute('start') ?? '1') + index}. ` : '- '
  const tight = content.replace(/\n[^\S\n]*\n(?=\s*(?:[-*+]|\d+\.)\s)/g, '\n')
  return `${mark}${tight.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)}\n`
}

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
