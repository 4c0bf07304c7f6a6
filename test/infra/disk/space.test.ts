import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isShort, lowMark, shortageText } from '../../../infra/disk/space.ts'

const megabyte = 1024 * 1024

test('the mark is what is configured, and on a small disk a tenth of it', () => {
  assert.equal(lowMark({ total: 1e12 }, 256), 256 * megabyte)
  assert.equal(lowMark({ total: 40 * megabyte }, 256), 4 * megabyte)
})

test('below the mark there is too little, and once there was, until a quarter more than the mark is free', () => {
  const at = (free: number, wasShort: boolean) => isShort({ free: free * megabyte, total: 1e12 }, 100, wasShort)
  assert.deepEqual([at(100, false), at(99, false)], [false, true])
  assert.deepEqual([at(124, true), at(125, true)], [true, false])
})

test('the reason names the disk, what is free, the mark and its setting', () => {
  const space = { free: 3 * megabyte, total: 40 * megabyte }
  assert.match(shortageText('/data', space, 256), /disk of \/data is nearly full: 3\.0 MB of 40 MB are free, less than 4\.0 MB.*low_mb/)
  assert.match(shortageText('/data', { ...space, free: 0 }, 256), /disk of \/data is full/)
})
