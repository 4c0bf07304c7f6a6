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

const formula = (source: string): string =>
  `<span class="katex"><math><annotation encoding="application/x-tex">${source}</annotation></math><span>shown</span></span>`

test('a formula changes nothing in how the text beside it is written', () => {
  assert.equal(htmlToMarkdown(`<p>a[0] * ${formula('a_1*b*c_2')} and *</p>`), 'a[0] * $a_1*b*c_2$ and *')
  assert.equal(
    htmlToMarkdown(`<table><thead><tr><th>n</th></tr></thead><tbody><tr><td>${formula('|x|')}</td></tr></tbody></table>`),
    '| n |\n| --- |\n| $\\|x\\|$ |',
  )
})

test('a box to tick stays at the text of its item, wherever the page sets it', () => {
  const box = '<input checked="" disabled="" type="checkbox">'
  for (const item of [`${box} <p>done</p>`, `<p>${box} done</p>`, `${box} done`])
    assert.equal(htmlToMarkdown(`<ul><li>${item}</li></ul>`), '- [x] done')
})

test('a rule at the beginning of an item does not end the list', () => {
  assert.equal(htmlToMarkdown('<ul><li><hr></li><li>a</li></ul>'), '- ***\n\n- a')
})

test('a star behind a line break begins no list', () => {
  assert.equal(htmlToMarkdown('<p>`<br>* [</p>'), '`  \n\\* [')
})

test('an address that the page made a link is bare where it would be read as the same one, and else in brackets', () => {
  const link = '<a href="http://a.b/c_d">http://a.b/c_d</a>'
  assert.equal(htmlToMarkdown(`<p>See ${link}, (${link}). ${link}</p>`), 'See http://a.b/c_d, (http://a.b/c_d). http://a.b/c_d')
  assert.equal(htmlToMarkdown(`<p>见${link}。</p>`), '见<http://a.b/c_d>。')
  assert.equal(htmlToMarkdown(`<p>${link}***</p>`), '<http://a.b/c_d>***')
  assert.equal(htmlToMarkdown('<p><a href="http://www.a.b">www.a.b</a>--x</p>'), '[www.a.b](http://www.a.b)--x')
})

test('footnotes are footnotes again, without what the page adds to them', () => {
  const html =
    '<p>So<sup><a href="#user-content-fn-a" id="user-content-fnref-a" data-footnote-ref="">1</a></sup>.</p>' +
    '<section data-footnotes="" class="footnotes"><h2 class="sr-only">Footnotes</h2><ol><li id="user-content-fn-a"><p>One.</p><ul><li>x</li></ul>' +
    '<a href="#user-content-fnref-a" data-footnote-backref="">\u21a9</a></li></ol></section>'
  assert.equal(htmlToMarkdown(html), 'So[^a].\n\n[^a]: One.\n\n    - x')
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
