import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRideAlong } from '../../../bus/jetstream/ride-along.ts'

test('what waits is sent once, in its order, when something is sent', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [sent, rideAlong]: [string[], ReturnType<typeof startRideAlong>] = [[], startRideAlong()]
  for (const name of ['one', 'two']) rideAlong.add(() => sent.push(name))
  assert.deepEqual(sent, [])
  rideAlong.send()
  t.mock.timers.tick(10)
  assert.deepEqual(sent, ['one', 'two'])
})

test('it goes alone when nothing follows, and what is added later has its own time', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [sent, rideAlong]: [string[], ReturnType<typeof startRideAlong>] = [[], startRideAlong()]
  rideAlong.add(() => sent.push('one'))
  t.mock.timers.tick(2)
  rideAlong.add(() => sent.push('two'))
  assert.deepEqual(sent, ['one'])
  t.mock.timers.tick(2)
  assert.deepEqual(sent, ['one', 'two'])
})
