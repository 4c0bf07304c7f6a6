import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mappedShared } from '../../../infra/processes/held-files.ts'
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

test('mappings of shared memory without a name are summed by file, and files and private memory are none', () => {
  const lines = [
    '7f00-7f10 rw-s 00000000 00:01 77                     /memfd:held (deleted)',
    '8f00-8f20 r--s 00000000 00:01 77                     /memfd:held (deleted)',
    'af00-af01 rw-s 00000000 00:01 78                     /dev/zero (deleted)',
    'bf00-bf01 rw-p 00000000 00:00 0                      [heap]',
    'cf00-cf01 r--s 00000000 fe:00 79                     /usr/lib/locale/C.utf8',
  ]
  assert.deepEqual(
    [...mappedShared(lines.join('\n'))],
    [
      ['77', 0x30],
      ['78', 1],
    ],
  )
})
