import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeTurn } from '../../../browser-worker/turn/turn.ts'
import { heardTurn, noBrowser, openTab } from '../../support/browser.ts'
import { startPlainPage } from './plain-page.ts'

test('a page with a textarea, Enter and no ids, urls or copy action is driven by its pack alone', { skip: noBrowser }, async () => {
  await using page = await startPlainPage()
  await using open = await openTab(page.url, page.pack)
  const prompt = 'Two lines\nof a question'
  for (const round of [1, 2]) {
    const heard = heardTurn()
    const request = { prompt, files: [], conversation: { kind: 'new' as const } }
    const { markdown, degraded, place } = await takeTurn(open.tab, request, heard.hooks)
    assert.match(markdown, /^You sent \*\*23\*\* characters\.\n\n-\s+first\n-\s+second\n\nThat is all\.$/)
    assert.deepEqual([degraded, place, heard.told], [false, { baseline: 0 }, ['sending', 'sent']])
    assert.equal(page.asked.length, round)
  }
  assert.deepEqual(page.asked, [prompt, prompt])
})
