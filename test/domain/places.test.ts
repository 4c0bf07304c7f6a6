import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stageOf, startable } from '../../domain/places.ts'
import {
  approved,
  atTheGate,
  blocked,
  created,
  drafted,
  type Facts,
  type Given,
  opened,
  routed,
  started,
  storyOf,
} from '../support/facts.ts'
import { given } from '../support/given.ts'
import { factsOf, openTasksOf } from '../support/stories.ts'
import { config } from '../support/stubs.ts'

type Priority = 1 | 3 | 5 | 7
const rules = (tasks: number, perProject = 9) =>
  config({ projects: { shop: { path: '/a' }, bank: { path: '/b', tasks: 2 } }, limits: { tasks, tasks_per_project: perProject } })
const queued = (id: string, priority: Priority = 5, project = 'shop'): Given[] =>
  storyOf(id, created({ priority, project }), routed({ project }))
const question = (id: string): Given[] => storyOf(id, created({ project: undefined }), routed({ project: undefined, workflow: 'answer' }))
const running = (id: string, project = 'shop'): Given[] => [...queued(id, 5, project), ...storyOf(id, started('plan'))]
const starts = (facts: Facts, limits: ReturnType<typeof rules>): string[] =>
  startable(openTasksOf(factsOf(facts)), limits).map(({ id }) => id)

test('waiting tasks start by priority, then by age', () =>
  assert.deepEqual(starts([queued('old'), queued('late'), queued('urgent', 1), queued('low', 7)], rules(3)), ['urgent', 'old', 'late']))

test('no more start than there are places', () => {
  assert.deepEqual(starts([running('a'), queued('b'), queued('c')], rules(2)), ['b'])
  assert.deepEqual(starts([running('a'), running('b'), queued('c')], rules(2)), [])
})

test('a project takes its own number of tasks, and another one’s tasks go past', () => {
  assert.deepEqual(starts([running('a'), queued('b', 1), queued('c', 7, 'bank')], rules(9, 1)), ['c'])
  assert.deepEqual(starts([queued('a', 5, 'bank'), queued('b', 5, 'bank'), queued('c', 5, 'bank')], rules(9, 1)), ['a', 'b'])
})

test('tasks without a project count over all only', () => assert.deepEqual(starts([question('a'), question('b')], rules(9, 1)), ['a', 'b']))

test('a task that waits for a person holds no place, and takes one again when its plan is approved', () => {
  const waits = [running('a'), storyOf('a', drafted(), opened())]
  assert.deepEqual(starts([waits, queued('b')], rules(1)), ['b'])
  assert.deepEqual(starts([waits, storyOf('a', approved())], rules(1)), ['a'])
  assert.deepEqual(starts([waits, storyOf('a', approved()), running('b')], rules(1)), [])
})

test('an approval that came before its gate does not count when the gate opens', () => {
  const early = [running('a'), storyOf('a', drafted(), approved(), opened())]
  assert.deepEqual(starts(early, rules(2)), [])
  assert.deepEqual(starts([early, storyOf('a', approved())], rules(2)), ['a'])
})

test('a task that waits for others does not start', () => assert.deepEqual(starts([storyOf('a', created(), blocked('b'))], rules(9)), []))

test('a task begins with its plan, its answer, or after the gate with code', () => {
  assert.equal(stageOf(given(created(), routed()).task()), 'plan')
  assert.equal(stageOf(given(created(), routed({ workflow: 'answer' })).task()), 'answer')
  assert.equal(stageOf(given(atTheGate(), approved()).task()), 'code')
})

test('the first of ten thousand that wait are looked for, and not all of them put in order', () => {
  let compared = 0
  const [one] = openTasksOf(factsOf([queued('one')]))
  const tasks = Array.from({ length: 10_000 }, (_, n) => ({
    ...one!,
    id: `task-${n}`,
    get priority() {
      compared++
      return 5
    },
    createdAt: new Date((n * 7919) % 10_007).toISOString(),
  }))
  assert.deepEqual(
    startable(tasks, rules(2)).map(({ createdAt }) => Date.parse(createdAt)),
    [0, 1],
  )
  assert.ok(compared < 60_000, `${compared} looks at a priority`)
})
