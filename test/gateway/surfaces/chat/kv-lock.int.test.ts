import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenChat } from '../../../support/chat-platforms/chat-scene.ts'

test('work of one name waits for the other, work of another name does not, and who waits too long is told to come again', async () => {
  await using scene = await givenChat({}, {})
  const { signal } = new AbortController()
  const first = Promise.withResolvers<void>()
  const done: string[] = []
  const holding = scene.chat.alone('thread-1', signal, async () => {
    await first.promise
    done.push('first')
  })
  await scene.chat.alone('thread-2', signal, async () => void done.push('elsewhere'))
  await assert.rejects(
    scene.chat.alone('thread-1', signal, async () => void done.push('too early')),
    { name: 'RetryAfter', delayMs: 6000 },
  )
  const waiting = scene.chat.alone('thread-1', signal, async () => void done.push('second'))
  first.resolve()
  await Promise.all([holding, waiting])
  assert.deepEqual(done, ['elsewhere', 'first', 'second'])
})

test('what fails gives its place back', async () => {
  await using scene = await givenChat({}, {})
  const { signal } = new AbortController()
  await assert.rejects(
    scene.chat.alone('thread-1', signal, () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await scene.chat.alone('thread-1', signal, async () => 'next'), 'next')
})
