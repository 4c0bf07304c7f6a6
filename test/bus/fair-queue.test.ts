import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fairQueue } from '../../bus/fair-queue.ts'

test('owners take turns, and what is of one keeps its order', () => {
  const waiting = fairQueue<string>()
  for (const thing of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) waiting.add(thing[0]!, thing)
  const taken = [waiting.next(), waiting.next()]
  waiting.add('d', 'd1')
  for (let thing = waiting.next(); thing !== undefined; thing = waiting.next()) taken.push(thing)
  assert.deepEqual(taken, ['a1', 'b1', 'c1', 'a2', 'd1', 'c2', 'a3'])
  waiting.add('a', 'a4')
  assert.deepEqual([waiting.clear(), waiting.next()], [['a4'], undefined])
})
