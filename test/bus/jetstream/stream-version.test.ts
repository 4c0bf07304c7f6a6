import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamConfig } from '@nats-io/jetstream'
import { notedVersion, whatOnlyNewerKnow } from '../../../bus/jetstream/stream-version.ts'

test('a stream notes the highest version that shaped it, beside what others noted', () => {
  assert.deepEqual(notedVersion(undefined, '1.0.0'), { metadata: { 'cortex-version': '1.0.0' } })
  const metadata = { 'cortex-version': '1.0.0', theirs: 'kept' }
  assert.deepEqual(notedVersion({ metadata }, '1.1.0'), { metadata: { 'cortex-version': '1.1.0', theirs: 'kept' } })
  assert.deepEqual(notedVersion({ metadata }, '0.9.0'), { metadata, newer: '1.0.0' })
})

test('an older program says what it does not know of a stream', () => {
  const there = { subjects: ['task.*.*', 'check.*.*'] } as StreamConfig
  const versions = { version: '1.0.0', newer: '1.1.0' }
  assert.match(
    whatOnlyNewerKnow(there, { subjects: ['task.*.*'] }, versions),
    /^cortex 1\.1\.0 .* this one is 1\.0\.0; it does not know check\.\*\.\*, and leaves that there:/,
  )
  assert.doesNotMatch(whatOnlyNewerKnow(there, { subjects: there.subjects }, versions), /does not know/)
})
