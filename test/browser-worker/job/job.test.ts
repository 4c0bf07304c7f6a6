import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldJob } from '../../../browser-worker/job/job.ts'
import { type Facts, fact, turnRefused, turnSending, turnSent } from '../../support/facts.ts'
import { factsOf } from '../../support/stories.ts'

const [sending, refused, sent] = [turnSending(), turnRefused(), turnSent]
const cancelled = (reason = '') => fact('reasoning.cancelled', { by: 'ada', channel: 'gateway', reason })
const jobOf = (turn: Facts, story: Facts = []) => foldJob(factsOf(story), factsOf(turn))

test('a job without a turn was not sent', () => assert.deepEqual(jobOf([]), {}))

test('from the beginning of the send on the prompt may be out', () =>
  assert.deepEqual(jobOf([sending]), { sending: sending.data, sent: undefined }))

test('a refused prompt is not out, and may be sent again', () => {
  assert.equal(jobOf([sending, refused]).sending, undefined)
  assert.deepEqual(jobOf([sending, sent({ baseline: 2 }), refused]).sent, undefined)
  assert.deepEqual(jobOf([sending, refused, sending]).sending, sending.data)
})

test('what becomes known of the place later is added to it', () =>
  assert.deepEqual(jobOf([sending, sent({ baseline: 2, turnId: 't1' }), sent({ baseline: 2, url: 'https://chat.test/c/1' })]).sent, {
    baseline: 2,
    turnId: 't1',
    url: 'https://chat.test/c/1',
  }))

test('a job that nobody wants any more says why, or at least by whom', () => {
  assert.equal(jobOf([], [cancelled('the client went away')]).cancelled, 'the client went away')
  assert.equal(jobOf([], [cancelled()]).cancelled, 'cancelled by ada')
})

test('other facts of the job’s story say nothing about its turn', () =>
  assert.deepEqual(jobOf([fact('notification.sent', { about: 'x', channels: [], reason: '' })]), {}))
