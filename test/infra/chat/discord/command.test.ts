import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SlashCommandEvent } from 'chat'
import { chatWords } from '../../../../gateway/surfaces/chat/chat-words.ts'
import { saidByCommand } from '../../../../gateway/surfaces/chat/said.ts'
import { readDiscordCommand } from '../../../../infra/chat/discord/command.ts'

const discord = { platform: 'discord', readCommand: readDiscordCommand }

/** What a command of Discord means, with the values a person filled in. */
const meant = (name: string, values: Record<string, string> = {}) => {
  const options = Object.entries(values).map(([key, value]) => ({ type: 3, name: key, value }))
  const raw = { id: '1300000000000000000', data: { name: 'cortex', options: [{ type: 1, name, options }] } }
  const person = { userId: '1', userName: 'ada', fullName: 'Ada' }
  const event = { command: `/cortex ${name}`, text: Object.values(values).join(' '), raw, user: person, channel: { id: 'discord:1:2' } }
  // Only these are read of an event.
  return chatWords(saidByCommand(discord, event as unknown as SlashCommandEvent, new Date()).text, true)
}

test('each command of Discord means what the same words in a message mean', () => {
  assert.deepEqual(meant('ask', { wish: 'fix the build' }), { kind: 'tasks', tasks: [{ title: 'fix the build', description: '' }] })
  assert.deepEqual(meant('create', { title: 'Say "hi"', description: 'to all' }), {
    kind: 'tasks',
    tasks: [{ title: "Say 'hi'", description: 'to all' }],
  })
  assert.deepEqual(meant('create', { title: 'Fix it' }), { kind: 'tasks', tasks: [{ title: 'Fix it', description: '' }] })
  assert.deepEqual(meant('status'), { kind: 'status' })
  assert.deepEqual(meant('status', { task: '2' }), { kind: 'status', id: '2' })
  assert.deepEqual(meant('priority', { task: '1', level: 'p0' }), { kind: 'priority', id: '1', priority: 1 })
  assert.deepEqual(meant('cancel', { task: '1', reason: 'too late' }), { kind: 'cancel', id: '1', words: 'too late' })
  assert.deepEqual(meant('retry', { task: '1' }), { kind: 'retry', id: '1', words: '' })
  assert.deepEqual(meant('help'), { kind: 'help' })
})
