import assert from 'node:assert/strict'
import { test } from 'node:test'
import { milliseconds } from '../../bus/duration.ts'

test('a duration in words is so many milliseconds', () => {
  assert.deepEqual(['250ms', '30s', '5m', '24h', '20d', '0s'].map(milliseconds), [250, 30_000, 300_000, 86_400_000, 1_728_000_000, 0])
})

test('anything else is an error that says what to write', () => {
  for (const text of ['', '5', 's', '5 m', '-5s', '1.5h', '5M', '5m ', '1h30m'])
    assert.throws(() => milliseconds(text), { name: 'RangeError', message: `"${text}" is no duration; write "30s", "5m" or "24h"` })
})
