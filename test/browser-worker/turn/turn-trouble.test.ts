import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyPage } from '../../../browser-worker/page/classify-page.ts'
import type { PageSnapshot, TurnSnapshot } from '../../../browser-worker/page/snapshot.ts'
import { troubleOf } from '../../../browser-worker/turn/turn-trouble.ts'
import { answering, asked, bare, chatgpt, noon, page } from '../page/snapshots.ts'

const troubleIn = (seen: PageSnapshot, answer?: TurnSnapshot) =>
  troubleOf(seen, asked('Question'), answer, classifyPage(seen, chatgpt, noon), chatgpt)
const alert = (text: string) => page({ notices: [{ kind: 'alert', text }] })

test('an error node of the turn ends it', () => {
  const trouble = troubleIn(page(), answering('Half', 1, { errors: ['Something went wrong. Retry'] }))
  assert.equal(trouble?.fault.code, 'ANSWER_FAILED')
  assert.equal(trouble?.fault.sent, 'yes')
})

test('a limit in the error node of the turn also limits the lane until the time it shows', () => {
  const fault = troubleIn(page(), answering('', 1, { errors: ['You hit your limit. Try again at 15:40.'] }))?.fault
  assert.equal(fault?.lane?.state, 'rate_limited')
  assert.equal(fault?.lane?.until?.getHours(), 15)
})

test('words in the answer are no trouble', () => {
  assert.equal(troubleIn(page(), answering('Something went wrong. Too many requests.')), undefined)
})

test('an alert counts only while nothing is answered', () => {
  assert.equal(troubleIn(alert('Something went wrong'))?.fault.code, 'ANSWER_FAILED')
  assert.equal(troubleIn(alert('Something went wrong'), answering('It goes on')), undefined)
  assert.equal(troubleIn({ ...alert('Something went wrong'), stop: true }), undefined)
  assert.equal(troubleIn(alert('Something went wrong'), answering('', 1, { thinking: 'Reading' })), undefined)
})

test('a lost login parks the lane, and the turn may be found again', () => {
  const fault = troubleIn(bare({ url: 'https://chatgpt.com/auth/login' }))?.fault
  assert.deepEqual([fault?.code, fault?.sent, fault?.retryable, fault?.lane?.state], ['LANE_UNAVAILABLE', 'yes', true, 'auth_required'])
})
