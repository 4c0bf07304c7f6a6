import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutMention } from '../../../../gateway/surfaces/chat/mention.ts'

const names = ['cortex', 'U0BOT', 'Cortex Bot']
const texts: Readonly<Record<string, string>> = {
  '@cortex fix it': 'fix it',
  '@Cortex: fix it': 'fix it',
  '@cortex, fix it': 'fix it',
  '<@U0BOT> fix it': 'fix it',
  '<@U0BOT|cortex> fix it': 'fix it',
  '<@!U0BOT> fix it': 'fix it',
  '@Cortex Bot fix it': 'fix it',
  '@cortex[bot] fix it': 'fix it',
  'hey @cortex fix it': 'hey fix it',
  'fix it @cortex': 'fix it',
  '@cortex\n- a\n- b': '- a\n- b',
  'fix @cortexlib for me @cortex': 'fix @cortexlib for me',
  'ask ada@cortex.example @cortex': 'ask ada@cortex.example',
}
for (const [text, rest] of Object.entries(texts))
  test(`without the mention of us "${text.replace(/\n/g, ' / ')}" is the rest`, () =>
    assert.equal(withoutMention(text, names).replace(/ {2,}/g, ' '), rest))

test('where our name is not known the mention at the beginning is ours', () => {
  assert.equal(withoutMention('@U0OTHER fix it', ['']), 'fix it')
  assert.equal(withoutMention('fix it @somebody', ['']), 'fix it @somebody')
})

test('the depth of lines stays as it is', () => assert.equal(withoutMention('@cortex do\n- a\n  - b', names), 'do\n- a\n  - b'))
