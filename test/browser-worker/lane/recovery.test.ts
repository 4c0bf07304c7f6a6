import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PageLost } from '../../../browser-worker/browser/page-lost.ts'
import { forever, ready, startLane, statesOf } from '../../support/fake-lane.ts'
import { fakeTab } from '../../support/fake-tab.ts'
import { until } from '../../support/temporary.ts'

test('a tab that is gone is brought back before the next piece of work, by the same browser', async () => {
  await using one = startLane({ every: { ready: 60_000, parked: 60_000 } })
  await one.lane.use(async () => undefined)
  one.tab.lose()
  await one.lane.use(async () => undefined)
  assert.deepEqual([one.tab.done, one.page.opened], [['recover new-page'], 1])
})

test('the end of a browser that nobody uses is told at once, and the browser comes back', async () => {
  await using one = startLane({ every: { ready: 60_000, parked: 60_000 } })
  await one.lane.ready(forever())
  await until(() => one.reported.length > 0)
  one.tab.lose()
  await until(() => one.reported.length === 3)
  assert.deepEqual([statesOf(one.reported), one.tab.done], [['ready', 'degraded', 'ready'], ['recover new-page']])
  assert.match(one.reported[1]?.reason ?? '', /the browser ended; it is brought back$/)
})

test('a browser that does not start degrades the lane in words, and is tried again', async () => {
  let tries = 0
  await using one = startLane({
    open: () => (++tries < 3 ? Promise.reject(new Error('no Chromium\n  at x')) : Promise.resolve(fakeTab())),
  })
  await until(() => one.reported.length > 0)
  assert.deepEqual([one.reported[0]?.state, one.reported[0]?.reason], ['degraded', 'no Chromium'])
  await one.lane.ready(forever())
  assert.equal(tries, 3)
})

test('a browser that does not start is tried again after pauses that double, and who asks meanwhile is told why at once', async () => {
  let [clock, tries, hasDisplay] = [Date.now(), 0, false]
  await using one = startLane({
    now: () => new Date(clock),
    open: () => {
      tries++
      return hasDisplay ? Promise.resolve(fakeTab()) : Promise.reject(new Error('no display'))
    },
  })
  const triesAt = async (ms: number): Promise<number> => {
    clock += ms
    await assert.rejects(
      one.lane.use(async () => undefined),
      /no display/,
    )
    return tries
  }
  await until(() => one.reported.length === 1)
  const seen: number[] = []
  for (const pauseMs of [5, 10, 20, 40]) seen.push(await triesAt(pauseMs - 1), await triesAt(1))
  assert.deepEqual(seen, [1, 2, 2, 3, 3, 4, 4, 5])
  hasDisplay = true
  clock += 80
  await until(() => one.reported.length === 2)
  assert.deepEqual([statesOf(one.reported), tries], [['degraded', 'ready'], 6])
})

test('a parked page is loaded anew when its time is over, and not before', async () => {
  let [clock, looks] = [Date.now(), 0]
  await using one = startLane({
    now: () => new Date(clock),
    cooldowns: { auth_required: 60_000, challenge: 60_000, rate_limited: 60_000, degraded: 60_000 },
    look: async () => {
      looks++
      return one.page.shows
    },
  })
  await one.lane.ready(forever())
  one.page.shows = { state: 'degraded', reason: 'an error page' }
  await until(() => one.reported.length === 2)
  const before = looks
  await until(() => looks > before + 2)
  assert.equal(one.page.loaded, 0)
  clock += 60_001
  await until(() => one.page.loaded > 0)
  one.page.shows = ready
  await one.lane.ready(forever())
})

test('a page that stays broken is met with stronger steps, one at each time, and the mildest again after the strongest', async () => {
  const steps: string[] = []
  await using one = startLane({ goHome: async (_tab, step) => void steps.push(step) })
  await one.lane.ready(forever())
  one.page.shows = { state: 'degraded', reason: 'an error page' }
  await until(() => steps.length >= 4)
  assert.deepEqual(steps.slice(0, 4), ['reload', 'new-page', 'new-browser', 'reload'])
})

test('a look ends with its tab: the lane says so, brings the tab back and is free for work', async () => {
  const lost = new AbortController()
  const looks = { begun: 0 }
  const tab = fakeTab()
  tab.session.lost = () => (looks.begun < 2 ? lost.signal : new AbortController().signal)
  await using one = startLane({
    open: async () => tab,
    look: () => (++looks.begun === 1 ? new Promise(() => undefined) : Promise.resolve(ready)),
  })
  await until(() => looks.begun === 1)
  tab.lose()
  lost.abort(new PageLost('the page did not answer'))
  await one.lane.ready(forever())
  assert.deepEqual(tab.done, ['recover new-page'])
  assert.deepEqual(statesOf(one.reported), ['degraded', 'ready'])
})

test('a tab that freezes at the question whether somebody signed in is given up and brought back, and the lane waits on', async () => {
  let frozen = 1
  await using one = startLane({
    personMayBeThere: true,
    typedLength: async () => {
      if (frozen-- > 0) throw new PageLost('the page did not answer')
      return 0
    },
  })
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => frozen < -3)
  assert.deepEqual(one.tab.done, ['give up: the page did not answer', 'recover new-page'])
  assert.deepEqual(statesOf(one.reported), ['auth_required'])
})

test('a tab that is too slow for a look is given up', async () => {
  const looks = { begun: 0 }
  await using one = startLane({
    look: () => (++looks.begun === 1 ? Promise.reject(new PageLost('the look took longer than 10 s')) : Promise.resolve(ready)),
  })
  await one.lane.ready(forever())
  assert.deepEqual(one.tab.done, ['give up: the look took longer than 10 s', 'recover new-page'])
})
