import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextOfDoor } from '../../../bus/jetstream/keep-door.ts'

const room = { kept: { messages: 10, bytes: 100 }, most: { messages: 100, bytes: 1000 } }
const few = { messages: 5, bytes: 50 }
const some = { messages: 50, bytes: 500 }
const [open, closed, short] = [
  { isOpen: true, isShort: false },
  { isOpen: false, isShort: false },
  { isOpen: true, isShort: true },
]

test('the door is closed to strangers when it holds too many messages or bytes, and opened when nearly all are decided', () => {
  assert.equal(nextOfDoor(some, room, open), undefined)
  assert.equal(nextOfDoor({ ...some, messages: 101 }, room, open), 'close')
  assert.equal(nextOfDoor({ ...some, bytes: 1001 }, room, open), 'close')
  assert.equal(nextOfDoor(some, room, closed), undefined)
  assert.equal(nextOfDoor(few, room, closed), 'open')
})

test('on a disk that is short it is closed sooner, but not to what is refused in words anyway', () => {
  assert.equal(nextOfDoor(some, room, short), 'close')
  assert.equal(nextOfDoor(few, room, short), undefined)
})
