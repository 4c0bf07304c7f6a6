import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageFallback } from '../../../browser-worker/page/language.ts'

const pack = { name: 'plain', locale: 'en-US' }

test('on a page in another language than its pack the fallback is told, and else nothing is', () => {
  assert.match(languageFallback(pack, 'de-AT') ?? '', /is in "de-AT", and the pack plain is for en-US: .* months of en-US$/)
  for (const language of ['en', 'en-GB', 'EN_us', '']) assert.equal(languageFallback(pack, language), undefined)
})
