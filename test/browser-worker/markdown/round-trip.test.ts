import assert from 'node:assert/strict'
import { test } from 'node:test'
import { htmlToMarkdown } from '../../../browser-worker/markdown/html-to-markdown.ts'
import { renderMarkdown } from '../../../simulator/markdown.ts'
import { randomOf } from '../../support/random.ts'
import { answerBy } from './answers.ts'

const tight = (text: string): string => text.replace(/\s+/g, '')
/** The page sets a box to tick before its paragraph or in it, by the blank lines of the list. */
const shown = (html: string): string => tight(html).replace(/(<input[^>]*>)<p>/g, '<p>$1')
const ANSWERS = 400

test('an answer that the page shows is read back as its writer wrote it, up to white space', () => {
  for (let seed = 1; seed <= ANSWERS; seed += 1) {
    const written = answerBy(randomOf(seed))
    assert.equal(tight(htmlToMarkdown(renderMarkdown(written))), tight(written), `seed ${seed}:\n${written}`)
  }
})

test('whatever the notation, what is read back is shown by the page as the answer was', () => {
  for (let seed = 1; seed <= ANSWERS; seed += 1) {
    const html = renderMarkdown(answerBy(randomOf(seed), { loosely: true }))
    const read = htmlToMarkdown(html)
    assert.equal(shown(renderMarkdown(read)), shown(html), `seed ${seed}:\n${read}`)
  }
})
