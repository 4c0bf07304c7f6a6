import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskContext } from '../../../browser-worker/job/ask-context.ts'
import type { Job } from '../../../browser-worker/job/job.ts'
import { watchForCancelling } from '../../../browser-worker/job/patience.ts'
import { TurnFault } from '../../../browser-worker/turn/types.ts'
import { fact } from '../../support/facts.ts'
import { factsOf } from '../../support/stories.ts'

const sent: Job = {
  sending: {
    promptHash: 'a'.repeat(64),
    conversation: { kind: 'new' },
    sentAt: '2026-01-01T10:00:00.000Z',
    older: [],
    baseline: 0,
    listSeen: true,
    turnIds: [],
  },
}

/** A held job whose story is looked at by a clock of the test's own. */
const hold = (job: Job) => {
  const story = { isCancelled: false, reads: 0, now: 0 }
  const history = async () => {
    story.reads++
    return story.isCancelled ? factsOf([fact('reasoning.cancelled', { by: 'ada', channel: 'gateway', reason: 'too slow' })]) : []
  }
  const context: Partial<AskContext> = { history, now: () => new Date(story.now) }
  // It looks at the story and the clock alone.
  return { story, onHeld: watchForCancelling(context as AskContext, job) }
}

test('a held job looks every two seconds whether it is still wanted', async () => {
  const { story, onHeld } = hold({})
  for (; story.now <= 6000; story.now += 250) await onHeld()
  assert.equal(story.reads, 3)
})

test('a held job that was taken back ends with the reason, unsent', async () => {
  const { story, onHeld } = hold({})
  story.isCancelled = true
  await onHeld()
  story.now = 2000
  await assert.rejects(onHeld(), (error) => {
    assert.ok(error instanceof TurnFault)
    assert.deepEqual([error.code, error.message, error.sent], ['CANCELLED', 'too slow', 'no'])
    return true
  })
})

test('what was sent is waited for whoever wants it no more', async () => {
  const { story, onHeld } = hold(sent)
  story.isCancelled = true
  story.now = 60_000
  await onHeld()
  assert.equal(story.reads, 0)
})
