import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderMarkdown } from '../../simulator/markdown.ts'

const chrome = '<div class="code-chrome"><span></span><button type="button" class="code-copy">Copy code</button></div>'
const gives = (markdown: string, html: string): void => assert.equal(renderMarkdown(markdown).replaceAll('\n', ''), html)

test('headings, paragraphs, rules and quotes', () => {
  gives('# One\n\ntext\nmore\n\n---\n\n> said', '<h1>One</h1><p>text<br>more</p><hr><blockquote><p>said</p></blockquote>')
  gives('#no heading', '<p>#no heading</p>')
  gives('half ', '<p>half</p>')
})

test('bold, italic, struck out, code and links', () => {
  gives('**a** *b* ~~c~~ `d*e*`', '<p><strong>a</strong> <em>b</em> <del>c</del> <code>d*e*</code></p>')
  gives('[x](https://a.example/b)', '<p><a href="https://a.example/b" rel="noopener">x</a></p>')
  gives('see https://a.example/b', '<p>see https://a.example/b</p>')
  gives('snake_case_name and 2 * 3 * 4', '<p>snake_case_name and 2 * 3 * 4</p>')
})

test('no text becomes a tag or a script', () => {
  gives('<b onclick="x">&', '<p>&lt;b onclick=&quot;x&quot;&gt;&amp;</p>')
  gives('<script>\nalert(1)\n</script>', '<p>&lt;script&gt;<br>alert(1)<br>&lt;/script&gt;</p>')
  gives('[x](javascript:alert)', '<p>[x](javascript:alert)</p>')
  gives('![x](https://a.example/"onerror=alert)', '<p>![x](https://a.example/&quot;onerror=alert)</p>')
  gives('[x](https://a.example/"onclick=alert)', '<p><a href="https://a.example/&quot;onclick=alert" rel="noopener">x</a></p>')
  gives('```"><b>\n```', `<pre>${chrome}<div class="code-body"><code></code></div></pre>`)
})

test('fenced code keeps every character and names its language', () => {
  const html = renderMarkdown('```ts\nif (a < b) {\n\n  # no heading\n}\n```\nafter')
  assert.match(html, /<code class="language-ts">if \(a &lt; b\) \{\n\n {2}# no heading\n\}\n<\/code>/)
  assert.match(html, /<p>after<\/p>$/)
})

test('a fence of four holds a fence of three, and one that breaks off goes to the end', () => {
  assert.match(renderMarkdown('````\n```\nx\n```\n````'), /<code>```\nx\n```\n<\/code>/)
  assert.match(renderMarkdown('```py\nprint(1)'), /<code class="language-py">print\(1\)\n<\/code>/)
})

test('lists, ordered and not, one in the other', () => {
  gives('- a\n- b', '<ul><li><p>a</p></li><li><p>b</p></li></ul>')
  gives('3. a\n4. b', '<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>')
  gives('- a\n  1. b\n- c', '<ul><li><p>a</p><ol><li><p>b</p></li></ol></li><li><p>c</p></li></ul>')
})

test('code inside a list item belongs to it', () => {
  assert.match(
    renderMarkdown('1. a\n\n   ```\n   x\n   ```\n2. b').replaceAll('>\n<', '><'),
    /^<ol><li><p>a<\/p><pre>.*<code>x\n<\/code>.*<\/pre><\/li><li><p>b<\/p><\/li><\/ol>$/s,
  )
})

test('tables', () => {
  const html =
    '<tr><th>a</th><th style="text-align: center">b</th></tr></thead><tbody><tr><td>1</td><td style="text-align: center">x|y</td></tr></tbody>'
  gives('| a | b |\n|---|:-:|\n| 1 | x\\|y |', `<div class="table-container"><table><thead>${html}</table></div>`)
})

test('every prefix of an answer in mid-stream is rendered without an error', () => {
  const whole = '# T\n\n- a **b**\n  - c\n\n```js\nx`y\n```\n\n| a | b |\n|---|---|\n| 1 | [l](https://e.example) |\n'
  for (let length = 0; length <= whole.length; length += 1) assert.equal(typeof renderMarkdown(whole.slice(0, length)), 'string')
})

test('an answer of 50,000 characters is rendered in the time that a page waits for it', () => {
  const long = '- an **item** with `code` and [a link](https://e.example)\n'.repeat(900)
  const started = performance.now()
  assert.equal(renderMarkdown(long).match(/<li>/g)?.length, 900)
  assert.ok(performance.now() - started < 2000, `it took ${performance.now() - started} ms`)
})
