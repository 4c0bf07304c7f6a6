import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takenConversations } from '../../../browser-worker/job/taken-conversations.ts'

test('a conversation belongs to the job that was last seen in it', () => {
  const taken = takenConversations()
  taken.take('https://chat.test/c/1', 'job-1')
  taken.take('https://chat.test/c/2', 'job-2')
  assert.deepEqual([taken.ofOthers('job-1'), taken.ofOthers('job-3').length], [['https://chat.test/c/2'], 2])
  taken.take('https://chat.test/c/2', 'job-1')
  assert.deepEqual(taken.ofOthers('job-1'), [])
})

test('only the newest conversations are remembered', () => {
  const taken = takenConversations()
  for (let count = 0; count < 300; count++) taken.take(`https://chat.test/c/${count}`, `job-${count}`)
  const others = taken.ofOthers('none')
  assert.deepEqual([others.length, others[0], others.at(-1)], [200, 'https://chat.test/c/100', 'https://chat.test/c/299'])
})
