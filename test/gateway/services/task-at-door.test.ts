import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DoorRequest } from '../../../bus/define-function.ts'
import { taskAtDoor } from '../../../gateway/services/task-at-door.ts'

const request = (body: object, more: Partial<DoorRequest> = {}): DoorRequest => ({
  type: 'task.created',
  open: false,
  subject: 'door.task.created',
  sequence: 7,
  time: '2026-01-02T03:04:05.010Z',
  body: JSON.stringify(body),
  ...more,
})
const wish = { id: 'task-b', title: 'B', priority: 1, by: 'ada', channel: 'gateway', requestedAt: '2026-01-02T03:04:05.006Z' }

test('a task that stands at the door is there, as it was asked for', () => {
  const task = taskAtDoor('task-b', [request({ id: 'task-a', title: 'A' }), request(wish)])
  assert.deepEqual(
    [task?.created?.title, task?.created?.by, task?.priority, task?.phase, task?.sequence, task?.createdAt],
    ['B', 'ada', 1, 'created', 0, wish.requestedAt],
  )
})

test('what only names the id, or is at fault, is no task', () => {
  const others = [
    request({ id: 'task-a', title: 'after task-b', dependsOn: ['task-b'] }),
    request({ id: 'task-b', reason: 'enough' }, { type: 'task.cancelled' }),
    request({ id: 'task-b', title: '' }),
  ]
  assert.equal(taskAtDoor('task-b', others), undefined)
})
