import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserLane } from '../../../browser-worker/lane/lane.ts'
import type { LaneView } from '../../../browser-worker/lane/lane-view.ts'
import { tabService } from '../../../browser-worker/lane/tab-service.ts'
import { RequestFault } from '../../../bus/define-service.ts'

const since = new Date('2026-01-01T12:00:00.000Z')
const view: LaneView = { state: 'rate_limited', reason: 'slow down', since, until: new Date(since.getTime() + 1000) }
const lookAt = async (glance: BrowserLane['glance'], isOperator = true): Promise<object> => {
  const state = tabService({ view: () => view, glance } as BrowserLane).endpoints['state']
  assert.ok(state)
  return state.handler({} as never, { isOperator })
}

test('the operator sees the lane and how well the site pack fits the page', async () => {
  const report = { ready: true, url: 'https://chat.test/', selectors: {} }
  assert.deepEqual(await lookAt((async () => report) as BrowserLane['glance']), {
    process: process.pid,
    lane: { state: 'rate_limited', reason: 'slow down', since: since.toISOString(), until: '2026-01-01T12:00:01.000Z' },
    ...report,
  })
})

test('nobody else does: the page is a person’s own', () =>
  assert.rejects(
    lookAt(() => Promise.reject(new Error('never looked at')), false),
    (error) => error instanceof RequestFault && error.code === 400,
  ))

test('a browser that is not running and a page that hangs are told as such', async () => {
  const without = (await lookAt(async () => undefined)) as { ready: boolean; fault: string }
  assert.deepEqual([without.ready, without.fault], [false, 'the browser is not running'])
  const hanging = (await lookAt(() => Promise.reject(new Error('the look took too long')))) as { fault: string }
  assert.match(hanging.fault, /the look took too long/)
})
