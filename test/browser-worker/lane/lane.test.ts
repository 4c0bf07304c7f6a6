import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LaneParked } from '../../../browser-worker/lane/lane.ts'
import type { Observation } from '../../../browser-worker/lane/lane-view.ts'
import { forever, later, ready, startLane, statesOf } from '../../support/fake-lane.ts'
import { until } from '../../support/temporary.ts'

test('the lane is degraded until the first look at its page, and says so to nobody', async () => {
  await using one = startLane()
  assert.equal(one.lane.view().state, 'degraded')
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
