import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PageLost } from '../../../browser-worker/browser/page-lost.ts'
import { judgeTurn, PageTrouble } from '../../../browser-worker/job/turn-outcome.ts'
import { LaneParked } from '../../../browser-worker/lane/lane.ts'
import { TurnFault } from '../../../browser-worker/turn/types.ts'

const until = new Date('2026-01-01T13:00:00.000Z')
const unsent = {}
const sent = {
  sending: {
    promptHash: 'a'.repeat(64),
    conversation: { kind: 'new' as const },
    sentAt: '2026-01-01T10:00:00.000Z',
    older: [],
    baseline: 0,
    listSeen: true,
    turnIds: [],
  },
}
const parkedLane = new LaneParked({ state: 'rate_limited', reason: 'too many requests', until, since: until })

test('a lane that was not ready in time leaves an unsent job to be asked again, with the time', () =>
  assert.deepEqual(judgeTurn(parkedLane, unsent, 0), {
    kind: 'unanswered',
    code: 'LANE_UNAVAILABLE',
    reason: 'the browser lane is rate limited: too many requests',
    retryable: true,
    laneState: 'rate_limited',
    until,
  }))

test('of a sent job that could not be looked for nobody says that it may be asked again', () =>
  assert.deepEqual(judgeTurn(parkedLane, sent, 0), {
    kind: 'unanswered',
    code: 'OUTCOME_UNKNOWN',
    reason: 'the prompt was sent, but the browser lane is rate limited: too many requests',
    retryable: false,
    laneState: 'rate_limited',
    until,
  }))

test('a lane that cannot go on is no fault of the job: it keeps its place, three times', () => {
  const lane = { state: 'auth_required', reason: 'nobody is signed in' } as const
  const fault = new TurnFault('LANE_UNAVAILABLE', 'nobody is signed in', { sent: 'no', lane })
  for (const failures of [0, 1, 2]) assert.deepEqual(judgeTurn(fault, unsent, failures), { kind: 'again', park: lane })
  const last = judgeTurn(fault, unsent, 3)
  assert.deepEqual(last, {
    kind: 'unanswered',
    code: 'LANE_UNAVAILABLE',
    reason: 'tried 4 times: nobody is signed in',
    retryable: true,
    park: lane,
    laneState: 'auth_required',
  })
})

test('a limit that comes back at every try ends the job, also after a restart, and a limited account is not hammered', () => {
  const lane = { state: 'rate_limited', reason: 'slow down', until } as const
  const fault = new TurnFault('LANE_UNAVAILABLE', 'slow down', { sent: 'no', lane })
  const refused = (count: number) => ({ refusals: { count, firstAt: '2026-01-01T10:00:00.000Z' } })
  assert.equal(judgeTurn(fault, refused(3), 0).kind, 'again')
  const last = judgeTurn(fault, refused(4), 0)
  assert.deepEqual(last.kind === 'unanswered' && [last.code, last.retryable, last.until], ['LANE_UNAVAILABLE', true, until])
})

test('of a sent job whose lane stays parked nobody says that it may be asked again', () => {
  const lane = { state: 'auth_required', reason: 'nobody is signed in' } as const
  const last = judgeTurn(new TurnFault('LANE_UNAVAILABLE', 'signed out', { sent: 'yes', lane }), sent, 3)
  assert.deepEqual(last.kind === 'unanswered' && [last.code, last.retryable], ['OUTCOME_UNKNOWN', false])
})

test('a page that nobody knows is looked at again three times, then the job is given up', () => {
  const fault = new TurnFault('PAGE_UNKNOWN', 'no composer', { sent: 'no', retryable: true })
  const park = { state: 'degraded', reason: 'no composer' }
  for (const failures of [0, 1, 2]) assert.deepEqual(judgeTurn(fault, unsent, failures), { kind: 'again', park })
  const last = judgeTurn(fault, unsent, 3)
  assert.deepEqual(last.kind === 'unanswered' && [last.code, last.retryable], ['PAGE_UNKNOWN', true])
})

test('an answer that failed ends the job, and parks the lane when it says so', () => {
  const lane = { state: 'rate_limited', reason: 'slow down', until } as const
  const fault = new TurnFault('ANSWER_FAILED', 'the page says of this turn: slow down', { sent: 'yes', retryable: true, lane })
  assert.deepEqual(judgeTurn(fault, sent, 0), {
    kind: 'unanswered',
    code: 'ANSWER_FAILED',
    reason: fault.message,
    retryable: true,
    laneState: 'rate_limited',
    until,
    park: lane,
  })
})

test('every other fault of a turn ends the job with its own word', () => {
  for (const code of [
    'OUTCOME_UNKNOWN',
    'MODEL_UNAVAILABLE',
    'MESSAGE_TOO_LONG',
    'ATTACHMENT_REFUSED',
    'ANSWER_EMPTY',
    'TURN_TIMEOUT',
  ] as const)
    assert.deepEqual(judgeTurn(new TurnFault(code, 'why', { sent: 'yes' }), sent, 0), {
      kind: 'unanswered',
      code,
      reason: 'why',
      retryable: false,
    })
})

test('a tab that goes away is started again at once; one that keeps going away parks the lane', () => {
  const lost = new PageLost('the tab crashed')
  for (const failures of [0, 1, 2]) assert.deepEqual(judgeTurn(lost, sent, failures), { kind: 'again' })
  assert.deepEqual(judgeTurn(lost, sent, 3), { kind: 'again', park: { state: 'degraded', reason: 'the tab crashed' } })
})

test('what nobody expected parks the lane with its first line, and the job is not lost', () =>
  assert.deepEqual(judgeTurn(new Error('Protocol error\n  at x'), sent, 0), {
    kind: 'again',
    park: { state: 'degraded', reason: 'Protocol error' },
  }))

test('what breaks the page again and again is given up, so that others are not held up; what was sent is never asked again', () => {
  for (const error of [new PageTrouble('querySelector of null'), new PageLost('the tab crashed')]) {
    assert.equal(judgeTurn(error, unsent, 7).kind, 'again')
    const outcomes = [unsent, sent].map((job) => judgeTurn(error, job, 8))
    assert.deepEqual(
      outcomes.map((outcome) => outcome.kind === 'unanswered' && [outcome.code, outcome.retryable]),
      [
        ['PAGE_UNKNOWN', true],
        ['OUTCOME_UNKNOWN', false],
      ],
    )
  }
})

test('a blob store that is away costs no answer, however long', () => {
  assert.equal(judgeTurn(new Error('the store is away'), unsent, 300).kind, 'again')
})
