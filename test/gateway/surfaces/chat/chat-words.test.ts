import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChatWords, chatWords } from '../../../../gateway/surfaces/chat/chat-words.ts'

const ID = 'task-chat-1760000000000-abc123def'
const commands: Readonly<Record<string, ChatWords>> = {
  help: { kind: 'help' },
  Status: { kind: 'status' },
  'status 2': { kind: 'status', id: '2' },
  'status #2': { kind: 'status', id: '2' },
  [`status \`${ID}\``]: { kind: 'status', id: ID },
  [`priority ${ID} p0`]: { kind: 'priority', id: ID, priority: 1 },
  'priority 1 P1': { kind: 'priority', id: '1', priority: 3 },
  'priority 1 p2': { kind: 'priority', id: '1', priority: 5 },
  'priority 1 p3': { kind: 'priority', id: '1', priority: 7 },
  'priority 1 p4': { kind: 'priority', id: '1', priority: 7 },
  [`cancel ${ID}`]: { kind: 'cancel', id: ID, words: '' },
  'cancel 1 nobody needs it': { kind: 'cancel', id: '1', words: 'nobody needs it' },
  'retry 1 --mend-base': { kind: 'retry', id: '1', words: '', mendBase: true },
  'retry 1 —mend-base use npm': { kind: 'retry', id: '1', words: 'use npm', mendBase: true },
  'retry abc123def use\nthe other API': { kind: 'retry', id: 'abc123def', words: 'use\nthe other API' },
  'approve 1': { kind: 'approve', id: '1' },
  'reject 1 too big': { kind: 'reject', id: '1', words: 'too big' },
  'changes 1 keep the old one': { kind: 'changes', id: '1', words: 'keep the old one' },
  'create task "Fix it" "it is broken"': { kind: 'tasks', tasks: [{ title: 'Fix it', description: 'it is broken' }] },
  'create task “Fix it”': { kind: 'tasks', tasks: [{ title: 'Fix it', description: '' }] },
}
for (const [text, words] of Object.entries(commands))
  test(`"${text}" is a command, with a mention and in a followed thread`, () => {
    assert.deepEqual(chatWords(text, true), words)
    assert.deepEqual(chatWords(text, false), words)
  })

for (const text of [
  'priority 1 high',
  'priority 1',
  'priority',
  'priority it p0',
  'cancel',
  'retry',
  'approve',
  'reject',
  'changes 1',
  'create task',
  'create task "a',
  'create task ""',
])
  test(`"${text}" gets a sentence that helps, but only when we are meant`, () => {
    const words = chatWords(text, true)
    assert.ok(words.kind === 'unclear' && /for example|write:|needs/.test(words.sentence), JSON.stringify(words))
    assert.deepEqual(chatWords(text, false), { kind: 'nothing' })
  })

for (const text of [
  'cancel the stale subscriptions',
  'status page is broken',
  'retry failed uploads',
  'approve button is missing',
  'priority inbox for support',
  'create tasks view',
  'help people find the search',
  'constructor is slow',
  'toString fails',
])
  test(`"${text}" is a task, although it begins like a command`, () => {
    assert.deepEqual(chatWords(text, true), { kind: 'tasks', tasks: [{ title: text, description: '' }] })
    assert.deepEqual(chatWords(text, false), { kind: 'nothing' })
  })

test('what people say to each other in a followed thread is nothing to us', () => {
  for (const text of ['thanks!', 'I will look at 1', 'what is the status 1 of this', '- a\n- b'])
    assert.deepEqual(chatWords(text, false), { kind: 'nothing' })
})

test('a bare mention gets the help', () => assert.deepEqual(chatWords('  ', true), { kind: 'help' }))

test('a message may name the project of its tasks', () =>
  assert.deepEqual(chatWords('project:api\n- a\n- b', true), {
    kind: 'tasks',
    tasks: [
      { title: 'a', description: '' },
      { title: 'b', description: '' },
    ],
    project: 'api',
  }))

test('more tasks than a message may ask for are refused in words', () => {
  const words = chatWords(Array.from({ length: 101 }, (_, index) => `- task ${index}`).join('\n'), true)
  assert.ok(words.kind === 'unclear' && words.sentence.includes('101'))
})
