import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswerMemory } from '../../../infra/git/answer-memory.ts'

const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: '' })

test('an answer is given again to the same question in the same folder', () => {
  const memory = createAnswerMemory()
  memory.keep(['show', 'a'], '/one', answer('yes'))
  assert.equal(memory.get(['show', 'a'], '/one')?.stdout, 'yes')
  assert.equal(memory.get(['show', 'a'], '/two'), undefined)
  assert.equal(memory.get(['show', 'b'], '/one'), undefined)
})

test('what was not asked for the longest goes first, and what is large is never kept', () => {
  const memory = createAnswerMemory(100)
  for (const name of ['a', 'b', 'c', 'd']) {
    memory.keep([name], '/', answer(name.repeat(20)))
    memory.get(['a'], '/')
  }
  memory.keep(['e'], '/', answer('e'.repeat(20)))
  memory.keep(['f'], '/', answer('f'.repeat(26)))
  const kept = ['a', 'b', 'c', 'd', 'e', 'f'].filter((name) => memory.get([name], '/'))
  assert.deepEqual(kept, ['a', 'c', 'd', 'e'])
})

test('the same answer again takes no more room', () => {
  const memory = createAnswerMemory(100)
  memory.keep(['other'], '/', answer('x'))
  for (let time = 0; time < 10; time++) memory.keep(['same'], '/', answer('y'.repeat(25)))
  assert.equal(memory.get(['other'], '/')?.stdout, 'x')
})
