import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PageLost } from '../../../browser-worker/browser/page-lost.ts'
import { type LaneOptions, LaneParked, openLane } from '../../../browser-worker/lane/lane.ts'
import type { LaneView, Observation } from '../../../browser-worker/lane/lane-view.ts'
import { quiet } from '../../support/bus.ts'
import { fakeTab } from '../../support/fake-tab.ts'
import { until } from '../../support/temporary.ts'

const ready: Observation = { state: 'ready', reason: 'signed in' }
const later = (ms: number): Date => new Date(Date.now() + ms)
const forever = () => ({ until: later(60_000), signal: new AbortController().signal, onHeld: () => undefined })

/** A lane on a fake tab, whose page shows what `page` says at the moment. */
const startLane = (given: Partial<LaneOptions> = {}) => {
  const tab = fakeTab()
  const reported: LaneView[] = []
  const page = { shows: ready, opened: 0, loaded: 0 }
  const lane = openLane({
    open: async () => {
      page.opened++
      return tab
    },
    look: async () => page.shows,
    goHome: async () => void page.loaded++,
    isWanted: () => false,
    personMayBeThere: false,
    cooldowns: { auth_required: 60_000, challenge: 60_000, rate_limited: 60_000, degraded: 10 },
    report: async (view) => void reported.push(view),
    log: quiet,
    every: { ready: 30, parked: 5 },
    ...given,
  })
  return { lane, tab, page, reported, [Symbol.asyncDispose]: () => lane[Symbol.asyncDispose]() }
}
const statesOf = (views: readonly LaneView[]): string[] => views.map(({ state }) => state)

test('the lane is degraded until the first look at its page, and says so to nobody', async () => {
  await using one = startLane()
  assert.equal(one.lane.view().state, 'degraded')
  await one.lane.ready(forever())
  await until(() => one.reported.length > 0)
  assert.deepEqual(statesOf(one.reported), ['ready'])
})

test('a page that is being built is looked at until it shows what it is', async () => {
  const shown: Observation[] = [{ state: 'unknown', reason: 'blank' }, ready]
  await using one = startLane({ look: async () => shown.shift() ?? ready })
  await one.lane.ready(forever())
  await until(() => one.reported.length > 0)
  assert.deepEqual(statesOf(one.reported), ['ready'])
})

test('a ready lane is looked at now and then, and only what changed is reported', async () => {
  let looks = 0
  await using one = startLane({
    look: async () => {
      looks++
      return one.page.shows
    },
  })
  await until(() => looks >= 4)
  assert.deepEqual(statesOf(one.reported), ['ready'])
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => one.reported.length === 2)
  assert.deepEqual([one.reported[1]?.state, one.lane.view().reason], ['auth_required', 'signed out'])
})

test('who waits for a parked lane is told of it, and goes on when it is ready', async () => {
  await using one = startLane()
  one.page.shows = { state: 'challenge', reason: 'are you human' }
  await until(() => one.lane.view().state === 'challenge')
  const held: string[] = []
  await one.lane.ready({
    ...forever(),
    onHeld: ({ state }) => {
      held.push(state)
      one.page.shows = ready
    },
  })
  assert.equal(held[0], 'challenge')
})

test('who has waited long enough is told why', async () => {
  await using one = startLane()
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => one.lane.view().state === 'auth_required')
  await assert.rejects(one.lane.ready({ ...forever(), until: later(-1) }), (error) => {
    assert.ok(error instanceof LaneParked)
    assert.deepEqual([error.message, error.view.reason], ['the browser lane is auth required: signed out', 'signed out'])
    return true
  })
})

test('nobody is turned away before the lane has looked at its page, however long it was down', async () => {
  const first = Promise.withResolvers<Observation>()
  await using one = startLane({ look: () => first.promise })
  const waiting = one.lane.ready({ ...forever(), until: later(-60_000) })
  first.resolve(ready)
  await waiting
})

test('what is thrown while a job is held ends its waiting, and so does its end', async () => {
  await using one = startLane({ look: () => Promise.reject(new Error('no page')) })
  await assert.rejects(one.lane.ready({ ...forever(), onHeld: () => Promise.reject(new Error('cancelled')) }), /cancelled/)
  const task = new AbortController()
  const waiting = one.lane.ready({ ...forever(), signal: task.signal, onHeld: () => task.abort(new Error('the task ended')) })
  await assert.rejects(waiting, /the task ended/)
})

test('the tab belongs to one piece of work at a time, looks at the page included', async () => {
  let [inside, most, looks] = [0, 0, 0]
  const alone = async (): Promise<void> => {
    most = Math.max(most, ++inside)
    await new Promise((resolve) => setTimeout(resolve, 5))
    inside--
  }
  await using one = startLane({
    every: { ready: 0, parked: 1 },
    look: async () => {
      looks++
      await alone()
      return ready
    },
  })
  await Promise.all(Array.from({ length: 5 }, () => one.lane.use(alone)))
  assert.ok(looks > 0)
  assert.equal(most, 1)
})

test('what the work throws comes through, and the tab is free again', async () => {
  await using one = startLane()
  await assert.rejects(
    one.lane.use(() => Promise.reject(new Error('the turn broke off'))),
    /broke off/,
  )
  assert.equal(await one.lane.use(async (tab) => tab.home), 'https://chat.test/')
})

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

test('a lane that waits for a person goes on waiting when its browser ends', async () => {
  await using one = startLane({ every: { ready: 60_000, parked: 60_000 } })
  one.page.shows = { state: 'auth_required', reason: 'signed out' }
  await until(() => one.reported.length === 1)
  one.tab.lose()
  await until(() => one.tab.done.length > 0)
  assert.deepEqual(statesOf(one.reported), ['auth_required'])
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

test('a turn that cannot go on parks the lane at once; a cooldown lasts although the page looks well', async () => {
  let looks = 0
  await using one = startLane({
    look: async () => {
      looks++
      return ready
    },
  })
  await one.lane.ready(forever())
  const until10 = later(60_000)
  one.lane.park({ state: 'rate_limited', reason: 'too many requests', until: until10 })
  assert.deepEqual([one.lane.view().state, one.lane.view().until], ['rate_limited', until10])
  const before = looks
  await until(() => looks > before + 2)
  assert.equal(one.lane.view().state, 'rate_limited')
  assert.deepEqual(statesOf(one.reported), ['ready', 'rate_limited'])
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

test('a change that could not be told is told again', async () => {
  const told: string[] = []
  let fails = 2
  await using one = startLane({
    report: async ({ state }) => {
      if (fails-- > 0) throw new Error('the bus is away')
      told.push(state)
    },
  })
  await until(() => told.length > 0)
  assert.deepEqual([told, one.lane.view().state], [['ready'], 'ready'])
})

test('a glance starts nothing: without a tab there is nothing to see', async () => {
  const { signal } = new AbortController()
  await using one = startLane({ open: () => Promise.reject(new Error('no Chromium')) })
  assert.equal(await one.lane.glance(async () => 'seen', signal), undefined)
  await using other = startLane()
  await other.lane.ready(forever())
  assert.equal(await other.lane.glance(async ({ home }) => home, signal), 'https://chat.test/')
  other.tab.lose()
  assert.equal(await other.lane.glance(async () => 'seen', signal), undefined)
})

test('a glance at a page that hangs ends with its signal', async () => {
  await using one = startLane()
  await one.lane.ready(forever())
  const patience = new AbortController()
  const looking = one.lane.glance(() => new Promise(() => undefined), patience.signal)
  patience.abort(new Error('too slow'))
  await assert.rejects(looking, /too slow/)
  await assert.rejects(
    one.lane.glance(async () => 'seen', patience.signal),
    /too slow/,
  )
})

test('closing the lane closes the browser, once', async () => {
  const one = startLane()
  await one.lane.ready(forever())
  await one.lane[Symbol.asyncDispose]()
  assert.deepEqual(one.tab.done, ['close'])
})

test('a page that stays broken is met with stronger steps, one at each time, and the mildest again after the strongest', async () => {
  const steps: string[] = []
  await using one = startLane({ goHome: async (_tab, step) => void steps.push(step) })
  await one.lane.ready(forever())
  one.page.shows = { state: 'degraded', reason: 'an error page' }
  await until(() => steps.length >= 4)
  assert.deepEqual(steps.slice(0, 4), ['reload', 'new-page', 'new-browser', 'reload'])
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

test('a tab that is too slow for a look is given up', async () => {
  const looks = { begun: 0 }
  await using one = startLane({
    look: () => (++looks.begun === 1 ? Promise.reject(new PageLost('the look took longer than 10 s')) : Promise.resolve(ready)),
  })
  await one.lane.ready(forever())
  assert.deepEqual(one.tab.done, ['give up: the look took longer than 10 s', 'recover new-page'])
})
