import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whenAgain } from '../../../infra/agents/when-again.ts'

const now = new Date(2026, 10, 21, 14, 0, 0)
const inMinutes = (message: string): number | null => {
  const at = whenAgain(message, now)
  return at && (at.getTime() - now.getTime()) / 60_000
}

const said: readonly [message: string, minutes: number | null][] = [
  ['429 Too Many Requests, retry-after: 90', 1.5],
  ['Rate limit reached. Please try again in 20s.', 1 / 3],
  ['rate limited, try again in 1m30s', 1.5],
  ["You've hit your usage limit. Try again in 3 days 4 hours 20 minutes.", 3 * 1440 + 260],
  ["You've hit your usage limit. Upgrade to Pro or try again at 3:05 PM.", 65],
  ["You've hit your usage limit. Try again at Nov 24th, 2026 2:00 PM.", 3 * 1440],
  ["You've hit your session limit · resets 3pm (Europe/Berlin)", 60],
  ['limit · resets at 1:30 pm', 23.5 * 60],
  [`Claude AI usage limit reached|${now.getTime() / 1000 + 600}`, 10],
  ['overloaded, please try again later', null],
  ['try again in a moment', null],
  ['Claude AI usage limit reached|1111111111', null],
  ['try again in 400 days', null],
]
for (const [message, minutes] of said)
  test(`"${message.replace(/\d{10}/, 'seconds')}" means ${minutes === null ? 'no known time' : `in ${Math.round(minutes * 100) / 100} minutes`}`, () =>
    assert.equal(inMinutes(message), minutes))
