import assert from 'node:assert/strict'
import { test } from 'node:test'
import { familyOf, lanesOpenTo, mayReview, nextReviewer, withLaneReviewers } from '../../../functions/review/reviewers.ts'
import type { LaneSettings } from '../../../functions/settings.ts'
import { coding, round } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { agentsWith } from '../../support/stubs.ts'

const agents = {
  opus: { preset: 'claude' },
  sonnet: { preset: 'claude' },
  alder: { preset: 'scripted' },
  birch: { preset: 'scripted' },
  own: {},
}

test('an agent is of the family that is said, else of its preset’s program, else of its own', () =>
  assert.deepEqual(
    [familyOf(agents, 'opus'), familyOf(agents, 'alder'), familyOf(agents, 'own'), familyOf({ own: { family: 'llama' } }, 'own')],
    ['claude', 'alder', 'own', 'llama'],
  ))

test('another name is not another model', () => {
  assert.equal(mayReview(agents, 'opus', 'sonnet'), false)
  assert.equal(mayReview(agents, 'own', 'own'), false)
  assert.ok(mayReview(agents, 'alder', 'birch') && mayReview(agents, 'opus', 'own'))
  assert.ok(mayReview({ ...agents, opus: { preset: 'claude', family: 'other' } }, 'opus', 'sonnet'))
})

const page: LaneSettings = { order: ['browser', 'cli', 'api'], purpose: {}, browser: { family: 'codex' }, api: {} }
const lanesAmong = (lanes: LaneSettings) =>
  Object.keys(withLaneReviewers({ agents: { claude: {} }, lanes })).filter((name) => name !== 'claude')

test('a lane reviews by itself where questions go over it and it is known whose model answers there', () => {
  assert.deepEqual(lanesAmong(page), ['lanes.browser'])
  assert.deepEqual(lanesAmong({ ...page, api: { family: 'llama' } }), ['lanes.browser', 'lanes.api'])
  assert.deepEqual(lanesAmong({ ...page, browser: {} }), [])
  assert.deepEqual(lanesAmong({ ...page, order: ['cli'] }), [])
})

test('a page reviews what another model wrote, and never what its own wrote', () => {
  const known = withLaneReviewers({ agents: { claude: { preset: 'claude' }, codex: { preset: 'codex' } }, lanes: page })
  assert.ok(mayReview(known, 'lanes.browser', 'claude'))
  assert.equal(mayReview(known, 'lanes.browser', 'codex'), false)
})

test('what a lane is asked itself goes over no other', () => {
  const open = lanesOpenTo(
    { purpose: 'review', agent: 'lanes.browser', implementer: 'claude' },
    { agents: { claude: {} }, lanes: { ...page, purpose: { review: 'cli' } } },
  )
  assert.deepEqual([open.order, open.purpose, open.browser], [['browser'], {}, { family: 'codex' }])
})

test('a lane that was chosen, and whose model nobody knows any more, reviews nothing', () => {
  const settings = { agents: { claude: { preset: 'claude' } }, lanes: page }
  const { rounds } = given(coding(), round({ implementer: 'claude', reviewer: 'lanes.browser' })).task()
  const chosen = (lanes: LaneSettings) =>
    nextReviewer({ rounds, silentReviewers: [] }, agentsWith({ claude: ['review'] }), { ...settings, lanes })
  assert.equal(chosen(page), 'lanes.browser')
  assert.equal(chosen({ ...page, browser: {} }), undefined)
})
