import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unseenIn } from '../../../functions/review/unseen.ts'

const changed = (file: string, ...lines: string[]): string => [`diff --git a/${file} b/${file}`, 'index 00..ab', ...lines, ''].join('\n')

test('a binary file is named with the hash of its content', () =>
  assert.deepEqual(unseenIn(changed('a.js', '@@ -1 +1 @@', '+x') + changed('logo.png', 'Binary files /dev/null and b/logo.png differ')), [
    { file: 'logo.png', why: 'binary, content ab' },
  ]))

test('a file with lines that nobody reads to their end is named once', () => {
  const long = `+${'x'.repeat(6000)}`
  assert.deepEqual(unseenIn(changed('min.js', '@@ -1 +1,2 @@', long, long)), [{ file: 'min.js', why: 'a line of 6001 characters' }])
})

test('a line of a text that only speaks of binary files is shown', () =>
  assert.deepEqual(unseenIn(changed('notes.md', '@@ -1 +1,2 @@', ' Binary files a and b differ', '+diff --git a/x b/x')), []))

const bytes = (count: number): string => '\\byte{E9}'.repeat(count)

test('a text in an encoding that nobody reads is named, an old one with umlauts is not', () => {
  assert.deepEqual(unseenIn(changed('a.py', '@@ -1 +1,2 @@', `+x = "${bytes(30)}"`)), [
    { file: 'a.py', why: 'a line with 30 bytes that are no UTF-8' },
  ])
  assert.deepEqual(unseenIn(changed('a.py', '@@ -1 +1,2 @@', `+# ${`f${bytes(1)}te de l${bytes(1)}t${bytes(1)} `.repeat(4)}`)), [])
})
