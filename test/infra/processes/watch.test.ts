import assert from 'node:assert/strict'
import { test } from 'node:test'
import { descendants, memoryMounts, readStat } from '../../../infra/processes/watch.ts'

test('all that descend from a process are found, and nobody else', () => {
  const all = new Map(
    [
      [1, 0],
      [10, 1],
      [11, 10],
      [12, 11],
      [20, 1],
    ].map(([pid = 0, parent = 0]) => [pid, { parent, pages: 1 }]),
  )
  assert.deepEqual([...descendants(10, all).keys()], [10, 11, 12])
  assert.deepEqual([...descendants(99, all).keys()], [])
})

test("a process's name does not confuse its parent and size", () => {
  const rest = Array.from({ length: 30 }, (_, index) => index)
  assert.deepEqual(readStat(`7 (a) b (c) S ${rest.slice(4).join(' ')}`), { parent: 4, pages: 24 })
  assert.equal(readStat(''), null)
})

test('memory file systems are told from others', () => {
  const text = '30 1 0:26 / /tmp rw,nosuid - tmpfs tmpfs rw\n31 1 254:0 / / rw - ext4 /dev/vda rw\n'
  assert.deepEqual(memoryMounts(text), [{ device: '0:26', place: '/tmp' }])
})
