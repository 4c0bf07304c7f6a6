import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Exit, faultOf } from '../../cli/fault.ts'

const failed = (code: string, more: object = {}): Error => Object.assign(new Error(`${code}: something, open '/x/y'`), { code, ...more })

test('what cannot be written is told in words, with the place where it is known', () => {
  assert.deepEqual(faultOf(failed('EROFS', { path: '/x/y' })), {
    exit: Exit.failed,
    faults: ['/x/y cannot be written: its file system is read-only. Mend that and try again.'],
  })
  assert.match(faultOf(failed('ENOSPC')).faults.join(), /: the disk is full\. Mend that and try again\.$/)
})

test('what may not be opened may be meant to be read, and is told as it is', () =>
  assert.match(faultOf(failed('EACCES', { path: '/x/y' })).faults.join(), /^EACCES: /))
