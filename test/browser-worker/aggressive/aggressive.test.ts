import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { reduceDom } from '../../../browser-worker/aggressive/reduce-dom.ts'
import { sliceScreenshot } from '../../../browser-worker/aggressive/slice-screenshot.ts'

const noise = `<script>${'var a = 1;'.repeat(900)}</script><style>${'.a{color:red}'.repeat(900)}</style><svg><path d="${'M0 0'.repeat(400)}"/></svg>`
const row = (index: number) =>
  `<tr data-row="${index}" onclick="x()"><td style="color: red" aria-label="price"> ${index} </td><td colspan="2">€ ${index}</td></tr>`
const shop = `<!doctype html><html><head><title>Shop</title><meta name="x" content="y">${noise}</head><body class="dark">
  <!-- a comment --><div id="app" data-v-1 class="grid wide"><div class="inner"><h1>Prices</h1>
  <table id="prices" class="table"><tbody>${Array.from({ length: 20 }, (_, index) => row(index)).join('\n')}</tbody></table>
  <div style="display:none">secret offer</div><p hidden>hidden too</p><div class="empty"><span></span></div><img src="data:${'A'.repeat(8_000)}">
  </div></div>${noise}</body></html>`

test('a page loses nine tenths and keeps its tables, structure, classes, ids and text', () => {
  const reduced = reduceDom(shop)
  assert.ok(reduced.length < shop.length / 10, `${reduced.length} of ${shop.length} characters stay`)
  assert.match(reduced, /<div id="app" class="grid wide">\s*<div class="inner">\s*<h1>Prices<\/h1>/)
  assert.match(reduced, /<table id="prices" class="table">/)
  assert.match(reduced, /<td colspan="2">€ 19<\/td>/)
  assert.equal(reduced.match(/<tr>/g)?.length, 20)
})

test('what nobody sees is gone', () => {
  const reduced = reduceDom(shop)
  for (const gone of ['secret offer', 'hidden too', 'comment', 'data-', 'onclick', 'style', '<script', '<svg', 'empty']) {
    assert.ok(!reduced.includes(gone), `${gone} is still there`)
  }
})

test('blanks are collapsed but those of preformatted text', () => {
  assert.match(reduceDom('<p>a   b\n\n c</p><pre>x\n  y</pre>'), /<p>a b c<\/p><pre>x\n {2}y<\/pre>/)
})

test('a reduced page stays as it is when it is reduced again', () => assert.equal(reduceDom(reduceDom(shop)), reduceDom(shop)))

for (const format of ['png', 'jpeg', 'webp'] as const) {
  test(`a picture as ${format} is cut into three parts without a lost row`, async () => {
    const picture = await sharp({ create: { width: 40, height: 100, channels: 3, background: 'red' } })
      .toFormat(format)
      .toBuffer()
    const parts = await Promise.all((await sliceScreenshot(picture)).map((part) => sharp(part).metadata()))
    assert.deepEqual(
      parts.map(({ width, height, format: kind }) => [width, height, kind]),
      [
        [40, 33, 'png'],
        [40, 34, 'png'],
        [40, 33, 'png'],
      ],
    )
  })
}
