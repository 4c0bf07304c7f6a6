import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LaneState } from '../../../domain/catalogue/shared.ts'
import { chooseLane, lanesFor, lanesUp } from '../../../functions/reasoning/lanes.ts'
import { agentsWith, config } from '../../support/stubs.ts'

const all = { browser: true, cli: true, api: true }
const lanes = (given: Record<string, unknown> = {}) => config({ lanes: given }).lanes
const plan = { purpose: 'plan', avoid: [] } as const

test('the first lane of the order that is up takes the question', () => {
  assert.equal(chooseLane(plan, lanes(), all), 'browser')
  assert.equal(chooseLane(plan, lanes(), { ...all, browser: false }), 'cli')
  assert.equal(chooseLane(plan, lanes({ order: ['api', 'cli'] }), all), 'api')
})

test('the lane that is configured for a purpose goes first', () => {
  const forReviews = lanes({ purpose: { review: 'api' } })
  assert.equal(chooseLane({ purpose: 'review', avoid: [] }, forReviews, all), 'api')
  assert.equal(chooseLane(plan, forReviews, all), 'browser')
  assert.equal(chooseLane({ purpose: 'review', avoid: [] }, forReviews, { ...all, api: false }), 'browser')
})

test('a lane that just failed is left out, unless it is the only one', () => {
  assert.equal(chooseLane({ purpose: 'plan', avoid: ['browser', 'cli'] }, lanes(), all), 'api')
  assert.equal(chooseLane({ purpose: 'plan', avoid: ['cli'] }, lanes(), { browser: false, cli: true, api: false }), 'cli')
})

test('with no lane up there is none, and one outside the order never takes anything', () => {
  assert.equal(chooseLane(plan, lanes(), { browser: false, cli: false, api: false }), undefined)
  assert.deepEqual(lanesFor('plan', lanes({ order: ['cli'] }), all), ['cli'])
})

test('the command line is up for an agent that has the role, the endpoint and the browser when they are configured', () => {
  const agents = { ...agentsWith({ claude: ['plan'] }), run: () => Promise.reject(new Error('nobody runs here')) }
  const model = { configured: true, ask: () => Promise.reject(new Error('nobody asks here')) }
  const without = config({})
  assert.deepEqual(lanesUp({ agent: 'claude', purpose: 'plan' }, { agents, model, config: without }, undefined), {
    browser: false,
    cli: true,
    api: true,
  })
  const services = { agents, model: { ...model, configured: false }, config: config({ lanes: { browser: {} } }) }
  assert.deepEqual(lanesUp({ agent: 'claude', purpose: 'review' }, services, undefined), { browser: true, cli: false, api: false })
})

test('a browser lane that only a person can open again is not up; one that cools down comes back by itself', () => {
  const services = {
    agents: { ...agentsWith({}), run: () => Promise.reject(new Error('nobody runs here')) },
    model: { configured: false, ask: () => Promise.reject(new Error('nobody asks here')) },
    config: config({ lanes: { browser: {} } }),
  }
  const up = (state: LaneState): boolean => lanesUp({ agent: 'claude', purpose: 'chat' }, services, { state, forMs: 1000 }).browser
  assert.deepEqual(LaneState.options.filter(up), ['ready', 'rate_limited', 'degraded'])
  const long = lanesUp({ agent: 'claude', purpose: 'plan' }, services, { state: 'degraded', forMs: 200_000 })
  assert.equal(long.browser, false, 'a worker that is gone for minutes is not waited for where there is another lane')
})

test('where no lane is up, a parked browser lane keeps the question; a job of the proxy always waits for it', () => {
  const down = { browser: false, cli: false, api: false }
  assert.equal(chooseLane(plan, lanes({ browser: {} }), down), 'browser')
  assert.equal(chooseLane(plan, lanes({ browser: {} }), { ...down, cli: true }), 'cli')
  assert.equal(chooseLane({ purpose: 'chat', avoid: [] }, lanes({ browser: {}, order: ['cli'] }), down), 'browser')
})
