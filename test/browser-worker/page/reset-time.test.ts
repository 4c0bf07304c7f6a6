import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resetTime } from '../../../browser-worker/page/reset-time.ts'
import { noon } from '../snapshots.ts'

const local = (hours: number, minutes: number, days = 0) => new Date(2026, 5, 1 + days, hours, minutes)
const cases: readonly [string, Date | undefined][] = [
  ['Try again at 15:40.', local(15, 40)],
  ['Try again after 3:45 PM', local(15, 45)],
  ['resets at 9 p.m.', local(21, 0)],
  ['Bitte versuche es um 13:05 Uhr wieder.', local(13, 5)],
  ['Try again at 11:59', local(11, 59, 1)],
  ['until 12:00 AM', local(0, 0, 1)],
  ['Try again in 5 minutes', local(12, 5)],
  ['Please wait 1 hour 20 min', local(13, 20)],
  ['Versuche es in 30 Sekunden wieder', new Date(noon.getTime() + 30_000)],
  ['in 2 days', local(12, 0, 2)],
  ['5分後にもう一度', local(12, 5)],
  ['after 2026-06-02T08:00:00Z', new Date('2026-06-02T08:00:00Z')],
  ['You are sending messages too quickly', undefined],
  ['GPT-5 is not available, 3 of 40 left', undefined],
]

for (const [text, expected] of cases) {
  test(`the notice "${text}" names ${expected ? expected.toISOString() : 'no time'}`, () => {
    assert.equal(resetTime(text, noon)?.toISOString(), expected?.toISOString())
  })
}
