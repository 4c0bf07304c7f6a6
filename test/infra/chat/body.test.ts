import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sdkMessage } from '../../../infra/chat/body.ts'

const long = `${'A line of the status. '.repeat(20)}\n\nref 0a1b2c3d`

test('where a message may have few characters, it is cut before the word by which it is found again', async () => {
  const said = await sdkMessage({ longest: 160 }, { text: long })
  assert.ok(typeof said === 'object' && 'markdown' in said)
  assert.equal(said.markdown.length, 160)
  assert.match(said.markdown, /^A line of .*…\n\nref 0a1b2c3d$/)
  assert.deepEqual(await sdkMessage({ longest: 10 }, { text: 'one line of words' }), { markdown: 'one line …' })
  const called = await sdkMessage({ longest: 160 }, { text: long, people: ['7'] })
  assert.match(JSON.stringify(called), /^{"markdown":"@7 A line .*ref 0a1b2c3d"}$/)
})

test('a card has its title beside it, and no more characters than the platform takes', async () => {
  const card = await sdkMessage({ longest: 160 }, { title: 'Plan', text: long })
  assert.ok(typeof card === 'object' && 'fallbackText' in card)
  assert.equal(card.fallbackText?.length, 160)
  assert.match(card.fallbackText ?? '', /^Plan\nA line.*ref 0a1b2c3d$/s)
})

test('what fits, and what goes to a platform that takes what most take, is left as it is', async () => {
  assert.deepEqual(await sdkMessage({ longest: 160 }, { text: 'done\n\nref 0a1b2c3d' }), { markdown: 'done\n\nref 0a1b2c3d' })
  assert.deepEqual(await sdkMessage(undefined, { text: long }), { markdown: long })
})
