import assert from 'node:assert/strict'
import { test } from 'node:test'
import { htmlToMarkdown } from '../../../browser-worker/markdown/html-to-markdown.ts'
import { chooseMarkdown } from '../../../browser-worker/turn/choose-markdown.ts'

test('headings, lists, tables and emphasis become Markdown', () => {
  const html =
    '<div class="markdown"><h2>Plan</h2><p>Do <strong>this</strong>:</p><ol><li>one</li><li>two</li></ol>' +
    '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>'
  const markdown = htmlToMarkdown(html)
  assert.match(markdown, /^## Plan\n\nDo \*\*this\*\*:/)
  assert.match(markdown, /1\. +one\n2\. +two/)
  assert.match(markdown, /\| a +\| b +\|\n\| -+ \| -+ \|\n\| 1 +\| 2 +\|/)
})

test('a code block keeps its text and language and loses the bar above it', () => {
  const html = '<pre><div>ts<button>Copy code</button></div><code class="hljs language-ts">const a = `x`\n  b()\n</code></pre>'
  assert.equal(htmlToMarkdown(html), '```ts\nconst a = `x`\n  b()\n```')
})

test('code that holds a fence gets a longer one', () => {
  assert.equal(htmlToMarkdown('<pre><code>```\nx\n```</code></pre>'), '````\n```\nx\n```\n````')
})

test('a formula is its source', () => {
  const html = '<p>So <span class="katex"><math><annotation encoding="application/x-tex">a^2</annotation></math><span>a2</span></span>.</p>'
  assert.equal(htmlToMarkdown(html), 'So $a^2$.')
})

test('the copy wins over the page when both tell the same', () => {
  assert.deepEqual(chooseMarkdown('**Hello** dear world', 'Hello dear world'), { markdown: '**Hello** dear world' })
})

test('a blank page is filled by the copy, and a silent copy by the page', () => {
  assert.equal(chooseMarkdown('Hello', '').markdown, 'Hello')
  assert.equal(chooseMarkdown(null, 'Hello').markdown, 'Hello')
  assert.equal(chooseMarkdown(' ', '').markdown, '')
})

test('a copy that is cut or of another turn loses', () => {
  const page = 'The first plan is better because it costs less and ends sooner'
  assert.equal(chooseMarkdown('The first plan', page).markdown, page)
  assert.equal(chooseMarkdown('Bananas ripen slowly under cover of darkness in tropical warehouses everywhere', page).markdown, page)
})
