import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addFact, answerKey, foldStory, hasAnswered } from '../../bus/story.ts'
import type { Fact } from '../../domain/fact.ts'
import { taskStory } from '../../domain/task-story.ts'
import { completed, created, finishing, routed } from '../support/facts.ts'
import { factsOf } from '../support/stories.ts'

const facts = factsOf([created(), routed()])
const by = (source: string, cause: string, fact: Fact | undefined): Fact => ({ ...fact!, source, causedBy: cause })

test('a fact counts once, wherever else it is stored', () => {
  const story = foldStory(taskStory, 'task-1', facts)
  const before = story.state
  assert.equal(addFact(taskStory, story, { ...facts[1]!, sequence: 9 }), false)
  assert.deepEqual(story.state, { ...before, sequence: 9 })
})

test('the same facts twice are the same story', () =>
  assert.deepEqual(foldStory(taskStory, 'task-1', [...facts, ...facts]).state, foldStory(taskStory, 'task-1', facts).state))

test('a story is a task only when it was created', () => {
  assert.equal(foldStory(taskStory, 'task-1', facts).hasBegun, true)
  assert.equal(foldStory(taskStory, 'task-1', facts.slice(1)).hasBegun, false)
  assert.equal(foldStory(taskStory, 'task-1', []).state.sequence, 0)
})

test('who answered what can be asked of the story', () => {
  const story = foldStory(taskStory, 'task-1', [facts[0]!, by('route-task', 'event-1', facts[1])])
  assert.equal(hasAnswered(story, 'event-1', 'route-task', []), true)
  assert.equal(hasAnswered(story, 'event-1', 'dispatch-tasks', []), false)
  assert.equal(hasAnswered(story, 'event-2', 'route-task', []), false)
})

test('what a function records on its way is no answer yet', () => {
  const [, , begun, done] = factsOf([created(), routed(), finishing(), completed()])
  const story = foldStory(taskStory, 'task-1', [facts[0]!, by('finish-task', 'event-9', begun)])
  assert.equal(hasAnswered(story, 'event-9', 'finish-task', ['finish.started']), false)
  addFact(taskStory, story, by('finish-task', 'event-9', done))
  assert.equal(hasAnswered(story, 'event-9', 'finish-task', ['finish.started']), true)
  assert.deepEqual(story.answers.get(answerKey('event-9', 'finish-task')), ['finish.started', 'task.completed'])
})
