import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dependencies, ringOf, route } from '../../../functions/intake/routing.ts'
import { blocked, cancelled, completed, created, storyOf } from '../../support/facts.ts'
import { given } from '../../support/given.ts'
import { config } from '../../support/stubs.ts'

const task = (more = {}) => given(created(more)).task()
const agents = { claude: { preset: 'claude' }, codex: { preset: 'codex' } }

test('another agent than the implementer reviews, wherever there is one', () => {
  const { planner, implementer, reviewer } = route(task(), config())
  assert.deepEqual([planner, implementer, reviewer], ['claude', 'claude', 'codex'])
  assert.equal(route(task(), config({ agents: { claude: { preset: 'claude' } } })).reviewer, 'none')
})

test('where no agent may review a page of another model does, and no agent’s work is a page’s', () => {
  const withPage = (agent: string, more = {}) =>
    route(task(), config({ agents: { [agent]: { preset: agent } }, lanes: { browser: { family: 'codex' } }, ...more }))
  assert.equal(withPage('claude').reviewer, 'lanes.browser')
  assert.equal(withPage('codex').reviewer, 'none')
  assert.deepEqual([withPage('claude', { agents: {} }).planner, withPage('claude', { agents: {} }).implementer], ['none', 'none'])
  assert.equal(withPage('claude', { agents }).reviewer, 'codex')
  assert.equal(withPage('claude', { agents, masters: { default: { reviewer: 'lanes.browser' } } }).reviewer, 'lanes.browser')
})

test('an agent gets only work of its roles', () => {
  const { planner, implementer, reviewer } = route(
    task(),
    config({ agents: { thinker: { roles: ['plan', 'review'] }, writer: { roles: ['implement'] } } }),
  )
  assert.deepEqual([planner, implementer, reviewer], ['thinker', 'writer', 'thinker'])
})

test('a question goes to an agent that may answer, a change to one that may plan', () => {
  const both = config({ agents: { thinker: { roles: ['plan'] }, sage: { roles: ['answer'] } } })
  assert.equal(route(task({ workflow: 'answer' }), both).planner, 'sage')
  assert.equal(route(task(), both).planner, 'thinker')
})

test('the master of the category wins over the default, post by post', () => {
  const masters = { default: { planner: 'codex', implementer: 'codex' }, security: { implementer: 'claude' } }
  const { planner, implementer, reviewer } = route(task({ category: 'security' }), config({ agents, masters }))
  assert.deepEqual([planner, implementer, reviewer], ['codex', 'claude', 'codex'])
  assert.equal(route(task({ category: 'cicd' }), config({ agents, masters })).implementer, 'codex')
})

test('without a project the workflow is an answer, unless the task says otherwise', () => {
  assert.deepEqual([route(task(), config()).workflow, route(task({ project: undefined }), config()).workflow], ['change', 'answer'])
  const asked = route(task({ workflow: 'answer' }), config())
  assert.deepEqual([asked.workflow, asked.project], ['answer', 'shop'])
})

test('where no agent is configured the task says so by name, and is not lost', () =>
  assert.equal(route(task(), config({ agents: {} })).implementer, 'none'))

test('the gate is a person’s unless the operator wants none', () => {
  assert.equal(route(task(), config()).gate, 'person')
  assert.equal(route(task(), config({ gate: { automatic: true } })).gate, 'automatic')
})

test('a task waits for all that are not done, and fails by one that ended otherwise', () => {
  const facts = [storyOf('a', created(), completed()), storyOf('b', created()), storyOf('c', created(), cancelled('ada'))]
  const others = ['a', 'b', 'c'].map((id) => given(facts).task(id))
  assert.deepEqual(dependencies(task(), others.slice(0, 2)), { waitingFor: ['b'], missing: [] })
  assert.equal(dependencies(task(), others).failed, 'task-1 depends on c, which is cancelled: cancelled by ada')
  assert.deepEqual(dependencies(task(), []), { waitingFor: [], missing: [] })
})

test('a ring is found however long the way to it, and what is met twice is looked at once', async () => {
  const waiting = (id: string, ...dependsOn: string[]) => storyOf(id, created({ dependsOn }), blocked(...dependsOn))
  const chain = Array.from({ length: 500 }, (_, n) => waiting(`t${n}`, `t${n + 1}`, 't250'))
  const looks: string[] = []
  const ring = (dependsOn: string[]) =>
    ringOf({ id: 't500', dependsOn }, async (id) => {
      looks.push(id)
      return given(...chain).task(id)
    })
  const found = await ring(['t400'])
  assert.deepEqual([found?.[0], found?.[1], found?.at(-2), found?.at(-1)], ['t500', 't400', 't499', 't500'])
  assert.equal(looks.length, new Set(looks).size)
  assert.equal(await ring(['elsewhere']), undefined)
})
