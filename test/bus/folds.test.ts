import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trackOpen } from '../../bus/open-ids.ts'
import { taskStory } from '../../domain/task-story.ts'

const open = (...subjects: string[]): string[] => {
  const tracked = trackOpen(taskStory)
  for (const subject of subjects) tracked.take(subject)
  return [...tracked.ids]
}

test('a task that was created and has not ended is open', () =>
  assert.deepEqual(open('task.created.a', 'task.routed.a', 'task.created.b'), ['a', 'b']))

for (const end of ['completed', 'failed', 'escalated', 'cancelled'])
  test(`a task that is ${end} is not open`, () =>
    assert.deepEqual(open('task.created.a', `task.${end}.a`, 'task.overdue.a', 'task.reprioritised.a'), []))

for (const again of ['retried', 'resumed'])
  test(`a task that is ${again} after its end is open again, and ends again`, () => {
    assert.deepEqual(open('task.created.a', 'task.failed.a', `task.${again}.a`), ['a'])
    assert.deepEqual(open('task.created.a', 'task.failed.a', `task.${again}.a`, 'task.failed.a'), [])
  })

test('the last of several ends counts', () => {
  assert.deepEqual(open('task.created.a', 'task.failed.a', 'task.retried.a', 'task.escalated.a'), [])
  assert.deepEqual(open('task.created.a', 'task.escalated.a', 'task.failed.a', 'task.resumed.a'), ['a'])
})

test('what was never created is no open task, and where there is nothing there is none', () => {
  assert.deepEqual(open('task.routed.a', 'task.overdue.b'), [])
  assert.deepEqual(open(), [])
})
