import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PageLost } from '../../../browser-worker/browser/page-lost.ts'
import type { Observation } from '../../../browser-worker/lane/lane-view.ts'
import { forever, ready, startLane, statesOf } from '../../support/fake-lane.ts'
import { until } from '../../support/temporary.ts'

test('a lane that waits for a person goes on waiting when its browser ends', async () => {
  await using one = startLane({ every: { ready: 60_000, parked: 60_000 } })
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => one.reported.length === 1)
  one.tab.lose()
  await until(() => one.tab.done.length > 0)
  assert.deepEqual(statesOf(one.reported), ['auth_required'])
})

test('for a person who signs in the browser is closed and its profile let go; afterwards it is started again', async () => {
  let wanted = false
  await using one = startLane({ isWanted: () => wanted })
  await one.lane.ready(forever())
  wanted = true
  await until(() => one.reported.length === 2)
  assert.deepEqual([one.tab.done, one.reported[1]?.state], [['close'], 'auth_required'])
  assert.match(one.reported[1]?.reason ?? '', /a person is signing in/)
  await assert.rejects(
    one.lane.use(async () => undefined),
    PageLost,
  )
  wanted = false
  await one.lane.ready(forever())
  assert.equal(one.page.opened, 2)
})

for (const personMayBeThere of [false, true])
  test(`who signs in ${personMayBeThere ? 'in another tab' : 'unseen'} is noticed by the cookies, and the lane goes on by itself`, async () => {
    let [clock, isSignedIn] = [Date.now(), false]
    const signedOut: Observation = { state: 'auth_required', reason: 'signed out' }
    await using one = startLane({ personMayBeThere, now: () => new Date(clock) })
    one.tab.session.reload = async () => {
      one.page.shows = isSignedIn ? ready : signedOut
    }
    one.page.shows = signedOut
    await until(() => one.reported.length === 1)
    one.tab.bake('visited')
    await until(() => one.tab.session.freshCookies().length === 0)
    assert.equal(one.lane.view().state, 'auth_required')
    isSignedIn = true
    clock += 10_000
    one.tab.bake('signed-in')
    await one.lane.ready(forever())
    assert.equal(one.tab.session.wasHomeOpenElsewhere(), false)
    assert.equal(one.page.loaded, 0)
  })

test('a sign-in while nobody can be told of the lane is not forgotten', async () => {
  let [isBusAway, asked] = [true, 0]
  await using one = startLane({
    report: async () => {
      asked++
      if (isBusAway) throw new Error('the bus is away')
    },
  })
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => asked > 0)
  one.tab.bake('signed-in')
  const before = asked
  await until(() => asked > before + 2)
  assert.deepEqual([one.tab.done, one.tab.session.freshCookies()], [[], ['signed-in']])
  isBusAway = false
  await until(() => one.tab.done.includes('reload'))
})

test('where a person may be signing in, a page that cannot be read costs nobody a tab or the window', async () => {
  await using one = startLane({ personMayBeThere: true })
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => one.reported.length === 1)
  one.page.shows = { state: 'degraded', reason: 'an error page' }
  await until(() => one.tab.done.length >= 4)
  assert.deepEqual([new Set(one.tab.done), one.page.loaded, one.tab.session.wasHomeOpenElsewhere()], [new Set(['reload']), 0, true])
  one.page.shows = ready
  await one.lane.ready(forever())
  await until(() => !one.tab.session.wasHomeOpenElsewhere())
})

test('a login that is missing is only looked for by loading the page', async () => {
  const steps: string[] = []
  const cooldowns = { auth_required: 5, challenge: 5, rate_limited: 5, degraded: 5 }
  await using one = startLane({ cooldowns, goHome: async (_tab, step) => void steps.push(step) })
  await one.lane.ready(forever())
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => steps.length >= 4)
  assert.deepEqual(new Set(steps), new Set(['reload']))
})

test('a page on which a person may sign in at another site is told as such and stays as it is', async () => {
  let looks = 0
  await using one = startLane({
    personMayBeThere: true,
    look: async () => {
      looks++
      return { state: 'unknown', reason: 'no composer at https://accounts.test/', isElsewhere: true }
    },
  })
  await until(() => looks > 10)
  assert.deepEqual(statesOf(one.reported), ['auth_required'])
  assert.deepEqual([one.tab.done, one.page.loaded], [[], 0])
})
