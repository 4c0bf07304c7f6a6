import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskContext } from '../../../browser-worker/job/ask-context.ts'
import { keepAnswer, keepDiagnosis } from '../../../browser-worker/job/evidence.ts'
import type { BrowserLane } from '../../../browser-worker/lane/lane.ts'
import { quiet } from '../../support/bus.ts'
import { blobOf, memoryBlobs } from '../../support/memory-blobs.ts'
import { turnAnswer } from '../../support/worker.ts'

const contextWith = (glance: BrowserLane['glance'], signal = new AbortController().signal) =>
  // A diagnosis needs a glance at the tab, and a store.
  ({ services: { lane: { glance } }, blobs: memoryBlobs(), log: quiet, signal }) as unknown as AskContext

test('an answer is kept as Markdown, with the page’s own HTML, its DOM and a picture', async () => {
  const kept = await keepAnswer(memoryBlobs(), turnAnswer())
  assert.deepEqual(kept.answer, blobOf('# Yes', 'text/markdown'))
  assert.deepEqual(Object.keys(kept.evidence), ['html', 'dom', 'screenshot'])
})

test('what the page shows is kept beside a copy that is written otherwise, and only then', async () => {
  const kept = await keepAnswer(memoryBlobs(), turnAnswer({ rendered: '# Yes, so' }))
  assert.deepEqual(kept.evidence.rendered, blobOf('# Yes, so', 'text/markdown'))
})

test('a picture that could not be taken is no evidence', async () => {
  const kept = await keepAnswer(memoryBlobs(), turnAnswer({ screenshot: new Uint8Array() }))
  assert.deepEqual(Object.keys(kept.evidence), ['html', 'dom'])
})

test('a diagnosis is the fault and what can be seen of the page', async () => {
  const seen = async () => ({ report: { turnCount: 2 } })
  const kept = await keepDiagnosis(contextWith(seen as BrowserLane['glance']), new Error('no send button'))
  assert.deepEqual(kept, { diagnosis: blobOf(JSON.stringify({ fault: 'no send button', turnCount: 2 }, null, 2), 'application/json') })
})

test('of a fault only its first line is kept, without addresses and tokens', async () => {
  const blobs = memoryBlobs()
  const seen = async () => ({ report: {} })
  const fault = new Error('fill by me@home.test: no field\nCall log:\n  - fill("the secret prompt")')
  const kept = await keepDiagnosis({ ...contextWith(seen as BrowserLane['glance']), blobs }, fault)
  assert.ok(kept)
  assert.deepEqual(JSON.parse(await blobs.text(kept.diagnosis)), { fault: 'fill by (mail) no field' })
})

test('without a tab there is nothing to diagnose', async () =>
  assert.equal(
    await keepDiagnosis(
      contextWith(async () => undefined),
      new Error('x'),
    ),
    undefined,
  ))

test('a page that hangs does not keep the job: the look ends with the function', async () => {
  const stopping = new AbortController()
  const hanging: BrowserLane['glance'] = (_look, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  const diagnosing = keepDiagnosis(contextWith(hanging, stopping.signal), new Error('x'))
  stopping.abort(new Error('the process stops'))
  assert.equal(await diagnosing, undefined)
})
