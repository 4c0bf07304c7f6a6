import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discordCommands } from '../../../../infra/chat/discord/command.ts'
import { writtenMessage } from '../../../../infra/chat/discord/heard.ts'

const us = { user: '1', application: '2' }
const message = (more: object) => ({ id: '9', type: 0, channel_id: '8', content: 'hello', author: { id: '7' }, mentions: [], ...more })

test('a mention counts when it stands in the text, under whichever of our ids', () => {
  const mentioned = (content: string, id: string) => writtenMessage(message({ content, mentions: [{ id }, { id: '5' }] }), us)?.mentions
  assert.deepEqual(mentioned('<@1> do it', '1'), [{ id: '5' }, { id: '2' }])
  assert.deepEqual(mentioned('<@!2> do it', '2'), [{ id: '5' }, { id: '2' }])
  assert.deepEqual(mentioned('thanks', '1'), [{ id: '5' }], 'an answer to us')
})

test('what no person wrote is nothing', () => {
  for (const more of [{ author: { id: '7', bot: true } }, { webhook_id: '4' }, { type: 18 }])
    assert.equal(writtenMessage(message(more), us), undefined)
})

test('the name of the command has the letters that Discord allows', () => {
  const named = (name: string) => (discordCommands(name)[0] as { name: string }).name
  assert.deepEqual([named('Cortex 2'), named('!'), named('x'.repeat(40)).length], ['cortex-2', 'cortex', 32])
})
