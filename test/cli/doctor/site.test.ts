import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SeenSite, siteText } from '../../../cli/doctor/site.ts'

const answer: SeenSite = {
  seenBy: 'opened just now',
  ready: true,
  state: { state: 'ready', reason: 'signed in' },
  url: 'https://chat.test/',
  title: 'Chat',
  selectors: {
    composer: { all: 2, visible: 1, by: { '#prompt-textarea': { all: 2, visible: 1 }, textarea: { all: 0, visible: 0 } } },
    send: { all: 0, visible: 0, by: {} },
  },
  body_preview: '',
}

test('every name of the site pack shows its hits, each of its selectors too, and what the pack leaves out is said to be left out', () => {
  const lines = siteText(answer).split('\n')
  assert.deepEqual(lines.slice(0, 2), ['page   Chat (https://chat.test/), opened just now', 'state  ready'])
  assert.deepEqual(lines.slice(-5), [
    'composer    2 found,   1 visible',
    '            2 found,   1 visible  #prompt-textarea',
    '            0 found,   0 visible  textarea',
    '',
    'not in the pack: send',
  ])
})

test('a page that is not ready says what it is in and why', () =>
  assert.match(
    siteText({ ...answer, ready: false, state: { state: 'auth_required', reason: 'signed out' } }),
    /^state {2}auth_required: signed out$/m,
  ))

test('a page without a single hit is shown all the same', () => assert.match(siteText({ ...answer, selectors: {} }), /^page {3}Chat/))
