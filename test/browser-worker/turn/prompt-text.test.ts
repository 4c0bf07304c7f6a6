import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachmentsAfter } from '../../../browser-worker/turn/attach-files.ts'
import { isWhole } from '../../../browser-worker/turn/insert-prompt.ts'
import { beginsLike, composePrompt, contradicts, isWholeText } from '../../../browser-worker/turn/prompt-text.ts'
import { asked, chatgpt, page } from '../page/snapshots.ts'

test('a prompt up to the limit is typed, a longer one is attached and pointed to, always the same way', () => {
  assert.deepEqual(composePrompt('x'.repeat(50_000), chatgpt).files, [])
  const long = 'y'.repeat(50_001)
  const { text, files } = composePrompt(long, chatgpt)
  assert.equal(new TextDecoder().decode(files[0]?.bytes), long)
  assert.ok(files[0] && text.includes(files[0].name) && text.length < 200)
  assert.deepEqual(composePrompt(long, chatgpt).text, text)
})

test('a rendered turn begins like its prompt whatever became of blanks and markup', () => {
  assert.ok(beginsLike('You said: Do this:\n• now', 'Do **this**:\n\n- now'))
  assert.ok(!beginsLike('Do that', 'Do this'))
  assert.ok(beginsLike('???', '???') && !beginsLike('!!!', '???'))
})

test('a turn is the whole prompt only when all its letters are the same', () => {
  const same = 'You plan changes to a repository. '.repeat(10)
  assert.ok(isWholeText(asked(`${same} - the first`), `${same}\n\n**the first**`))
  assert.ok(!isWholeText(asked(`${same} the second`), `${same} the first`))
  assert.ok(!isWholeText(asked(same), `${same} the first`))
  assert.ok(isWholeText(asked('? ?'), '??') && !isWholeText(asked('!!'), '??'))
})

test('two long prompts are told apart by what is typed for them', () => {
  const [one, other] = ['a', 'b'].map((end) => composePrompt('y'.repeat(60_000) + end, chatgpt).text)
  assert.ok(one && other)
  assert.ok(!isWholeText(asked(one), other) && !beginsLike(one, other))
})

test('a turn contradicts a prompt by other words, not by none', () => {
  assert.ok(contradicts('Something else', 'Compare these two plans'))
  assert.ok(!contradicts('You said: Compare these', 'Compare **these** two plans'))
  assert.ok(!contradicts('', 'Compare these two plans'))
})

test('a field holds the text whole only when no letter is missing or added', () => {
  assert.ok(isWhole('a\u00a0b\n\nc', 'a b\nc'))
  assert.ok(!isWhole('draft a b c', 'a b c'))
  assert.ok(!isWhole('a b', 'a b c'))
})

test('attachments are ready when each is shown and none is loading, and refused by what the page says', () => {
  const after = (change: Parameters<typeof page>[0]) => attachmentsAfter(page(), page(change), 2, chatgpt.texts.attachmentRefused)
  assert.equal(after({ chips: ['a'] }), 'busy')
  assert.equal(after({ chips: ['a', 'b'], uploading: true }), 'busy')
  assert.equal(after({ chips: ['a', 'b'] }), 'ready')
  assert.deepEqual(after({ notices: [{ kind: 'alert', text: 'File too large: a' }] }), { refused: 'File too large: a' })
})
