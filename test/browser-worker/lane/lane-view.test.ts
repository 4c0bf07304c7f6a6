import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterLook, isDue, isNews, type LaneView, type Observation, parked } from '../../../browser-worker/lane/lane-view.ts'

const now = new Date('2026-01-01T12:00:00.000Z')
const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)
const cooldowns = { auth_required: 300_000, challenge: 90_000, rate_limited: 45_000, degraded: 15_000 }
const view = (more: Partial<LaneView> = {}): LaneView => ({ state: 'ready', reason: 'signed in', since: inSeconds(-60), ...more })
const look = (before: LaneView, seen: Observation): LaneView => afterLook(before, seen, cooldowns, now)

test('a ready page changes nothing about a ready lane', () => {
  const before = view()
  assert.equal(look(before, { state: 'ready', reason: 'the composer is there' }), before)
})

for (const state of ['auth_required', 'challenge', 'rate_limited', 'degraded'] as const)
  test(`a page that is ${state} parks the lane for the state’s own time, unless the page names one`, () => {
    const { until, since, reason } = look(view(), { state, reason: 'the page says so' })
    assert.deepEqual([until, since, reason], [new Date(now.getTime() + cooldowns[state]), now, 'the page says so'])
    assert.deepEqual(look(view(), { state, reason: 'x', until: inSeconds(7) }).until, inSeconds(7))
  })

test('a page that nobody knows degrades the lane', () =>
  assert.equal(look(view(), { state: 'unknown', reason: 'no composer' }).state, 'degraded'))

test('what a person mends ends as soon as the page is well', () => {
  for (const state of ['auth_required', 'challenge', 'degraded'] as const)
    assert.deepEqual(look(view({ state, until: inSeconds(60) }), { state: 'ready', reason: 'well' }), {
      state: 'ready',
      reason: 'well',
      since: now,
    })
})

test('a cooldown lasts although the page looks well again, or shows nothing', () => {
  const cooling = view({ state: 'rate_limited', until: inSeconds(30) })
  assert.equal(look(cooling, { state: 'ready', reason: 'well' }), cooling)
  assert.equal(look(cooling, { state: 'unknown', reason: 'blank' }), cooling)
})

test('what a turn found broken lasts its time although the page looks well; what a look found, or the start, does not', () => {
  const well: Observation = { state: 'ready', reason: 'well' }
  const byTurn = parked(view(), { state: 'degraded', reason: 'a gesture failed' }, cooldowns, now)
  assert.deepEqual([byTurn.byTurn, byTurn.until], [true, inSeconds(15)])
  assert.equal(look(byTurn, well), byTurn)
  assert.equal(look({ ...byTurn, until: inSeconds(-1) }, well).state, 'ready')
  assert.equal(look(look(view(), { state: 'unknown', reason: 'blank' }), well).state, 'ready')
  assert.equal(look(view({ state: 'degraded', reason: 'the browser is starting' }), well).state, 'ready')
})

test('a login that a turn found missing ends as soon as the page is well', () => {
  const out = parked(view(), { state: 'auth_required', reason: 'out' }, cooldowns, now)
  assert.equal(look(out, { state: 'ready', reason: 'well' }).state, 'ready')
})

test('a cooldown ends at its time, and gives way to a login', () => {
  assert.equal(look(view({ state: 'rate_limited', until: inSeconds(-1) }), { state: 'ready', reason: 'well' }).state, 'ready')
  assert.equal(
    look(view({ state: 'rate_limited', until: inSeconds(30) }), { state: 'auth_required', reason: 'out' }).state,
    'auth_required',
  )
})

test('the same trouble again keeps its time and its beginning, until that time is over', () => {
  const before = view({ state: 'degraded', reason: 'blank', until: inSeconds(5) })
  assert.equal(look(before, { state: 'degraded', reason: 'blank' }), before)
  assert.deepEqual(parked(before, { state: 'degraded', reason: 'blank' }, cooldowns, now), { ...before, byTurn: true })
  const over = parked({ ...before, until: inSeconds(-1) }, { state: 'degraded', reason: 'blank' }, cooldowns, now)
  assert.deepEqual([over.until, over.since], [inSeconds(15), before.since])
})

test('a turn may also find the lane ready', () =>
  assert.deepEqual(parked(view({ state: 'degraded' }), { state: 'ready', reason: 'well' }, cooldowns, now), {
    state: 'ready',
    reason: 'well',
    since: now,
  }))

test('the first look, another state and another reason are news; the next look at the same trouble is not', () => {
  const login = view({ state: 'auth_required', reason: 'out', until: inSeconds(1) })
  assert.ok(isNews(undefined, login))
  assert.ok(isNews(view(), login))
  assert.ok(isNews(login, { ...login, reason: 'held' }))
  assert.ok(!isNews(login, { ...login, until: inSeconds(99) }))
})

test('another time of a rate limit is news, for somebody may wait for it', () => {
  const limited = view({ state: 'rate_limited', reason: 'slow', until: inSeconds(1) })
  assert.ok(isNews(limited, { ...limited, until: inSeconds(2) }))
  assert.ok(!isNews(limited, { ...limited, until: inSeconds(1) }))
})

test('a page is loaded anew when its time is over, but never under a person’s hands', () => {
  const over = { until: inSeconds(-1) }
  assert.ok(!isDue(view(over), now, false))
  assert.ok(!isDue(view({ state: 'degraded', until: inSeconds(1) }), now, false))
  assert.ok(isDue(view({ state: 'degraded', ...over }), now, true))
  for (const state of ['auth_required', 'challenge'] as const) {
    assert.ok(!isDue(view({ state, ...over }), now, true))
    assert.ok(isDue(view({ state, ...over }), now, false))
  }
})
