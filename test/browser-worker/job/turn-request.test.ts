import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import type { AskContext } from '../../../browser-worker/job/ask-context.ts'
import { turnRequest } from '../../../browser-worker/job/turn-request.ts'
import { TurnFault } from '../../../browser-worker/turn/types.ts'
import type { WorkerSettings } from '../../../browser-worker/worker-services.ts'
import { NotRetryable } from '../../../bus/errors.ts'
import { fact, requested } from '../../support/facts.ts'
import { blobOf, memoryBlobs } from '../../support/memory-blobs.ts'
import { factsOf } from '../../support/stories.ts'

const blobs = memoryBlobs()

const requestOf = (more: Parameters<typeof requested>[0], settings: Partial<WorkerSettings> = {}) => {
  const [event] = factsOf([fact('browser.asked', { ...requested(more).data, job: 'job-1', lane: 'browser' })])
  const services = { settings: { deadlineMs: 1000, holdMs: 1000, conversation: 'new', ...settings } }
  // The lane is not asked for what is put into the chat.
  return turnRequest({ event, blobs, services } as AskContext)
}

test('the prompt is put where the configuration says, with its model and effort', async () =>
  assert.deepEqual(await requestOf({}, { conversation: 'temporary', model: 'gpt-a', effort: 'high' }), {
    prompt: 'plan this',
    files: [],
    conversation: { kind: 'temporary' },
    model: 'gpt-a',
    effort: 'high',
  }))

test('what the job asks for wins over the configuration', async () => {
  const conversation = { kind: 'resume', url: 'https://chat.test/c/1' } as const
  const request = await requestOf({ model: 'gpt-b', effort: 'low', conversation }, { model: 'gpt-a', effort: 'high' })
  assert.deepEqual([request.model, request.effort, request.conversation], ['gpt-b', 'low', conversation])
})

test('images go along as files in their order, named by what they are', async () => {
  const types = ['image/jpeg', 'image/webp', 'image/gif', 'image/png', 'application/x-unknown']
  const { files } = await requestOf({ images: types.map((type) => blobOf(`picture of ${type}`, type)) })
  assert.deepEqual(
    files.map(({ name }) => name),
    ['image-1.jpg', 'image-2.webp', 'image-3.gif', 'image-4.png', 'image-5.png'],
  )
  assert.equal(new TextDecoder().decode(files[0]?.bytes), 'picture of image/jpeg')
})

test('a page goes along reduced, and its screenshot in three slices', async () => {
  const picture = await sharp({ create: { width: 30, height: 90, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const screenshot = await blobs.put(picture, 'image/jpeg')
  const { files } = await requestOf({ page: { dom: blobOf('<p>kept</p><script>gone</script>', 'text/html'), screenshot } })
  assert.deepEqual(
    files.map(({ name }) => name),
    ['page.html', 'screenshot-1.png', 'screenshot-2.png', 'screenshot-3.png'],
  )
  const dom = new TextDecoder().decode(files[0]?.bytes)
  assert.match(dom, /kept/)
  assert.doesNotMatch(dom, /gone/)
  assert.equal((await sharp(files[1]?.bytes).metadata()).height, 30)
})

test('a screenshot that is no picture is refused in words: nothing was sent', () =>
  assert.rejects(requestOf({ page: { screenshot: blobOf('no picture', 'image/png') } }), (error) => {
    assert.ok(error instanceof TurnFault)
    assert.deepEqual([error.code, error.sent, error.retryable], ['ATTACHMENT_REFUSED', 'no', false])
    assert.match(error.message, /the screenshot cannot be read/)
    return true
  }))

test('a question of which a part is gone can never be put', async () => {
  const gone = { ...blobOf('x'), key: `sha256/${'0'.repeat(64)}` }
  for (const part of [{ prompt: gone }, { images: [gone] }, { page: { dom: gone } }]) await assert.rejects(requestOf(part), NotRetryable)
})

test('a store that is away is no reason to give the question up', () => {
  const away = { ...blobs, text: () => Promise.reject(new Error('the store does not answer')) }
  const [event] = factsOf([fact('browser.asked', { ...requested().data, job: 'job-1', lane: 'browser' })])
  const asking = turnRequest({ event, blobs: away, services: { settings: {} } } as unknown as AskContext)
  return assert.rejects(asking, (error) => error instanceof Error && !(error instanceof NotRetryable))
})
