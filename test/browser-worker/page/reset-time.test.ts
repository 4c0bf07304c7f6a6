import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resetTime } from '../../../browser-worker/page/reset-time.ts'
import { chatgpt, noon } from './snapshots.ts'

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
  ['You reached the limit of 40 messages every 3 hours. Try again after 3:45 PM', local(15, 45)],
  ['You hit your limit for the last 24 hours; available again at 15:40', local(15, 40)],
  ['40 messages / 3 hours. Available at 2:10 PM', local(14, 10)],
  ['You have used up your 5 hour limit. Try again in 20 minutes', local(12, 20)],
  ['You have used up your 5 hour limit.', undefined],
  ['40 messages per hour', undefined],
  ['The limit was reached at 11:20. Try again in 2 hours', local(14, 0)],
  ['Resets May 7, 3:45 PM', new Date(2027, 4, 7, 15, 45)],
  ['Resets June 7th at 3:45 PM', new Date(2026, 5, 7, 15, 45)],
  ['Available again on Oct 5', new Date(2026, 9, 5)],
  ['Your limit resets Oct 5, 2027.', new Date(2027, 9, 5)],
  ['Available again on 5 October, 08:00', new Date(2026, 9, 5, 8)],
  ['Wieder verfügbar am 05.10.2026 um 8:30', new Date(2026, 9, 5, 8, 30)],
  ['Resets today, June 1, 11:59 AM', local(11, 59)],
  ['Resets in 02:30', local(14, 30)],
  ['Resets in 0:02:30', new Date(noon.getTime() + 150_000)],
  ['Try again in an hour', local(13, 0)],
  ['Try again in half an hour', local(12, 30)],
  ['Try again in a minute', local(12, 1)],
  ['Try again in 1 hour and 20 minutes', local(13, 20)],
  ['Versuche es in einer Stunde wieder', local(13, 0)],
  ['Wieder möglich ab 15.40 Uhr', local(15, 40)],
  ['Wieder um 15 Uhr', local(15, 0)],
  ['Limit von 40 Nachrichten alle 3 Stunden erreicht. Ab 15:40 Uhr geht es weiter', local(15, 40)],
  ['Réessayez dans une heure', local(13, 0)],
  ['3時間後', local(15, 0)],
  ['You may send 3 messages', undefined],
  ['You are sending messages too quickly', undefined],
  ['GPT-5 is not available, 3 of 40 left', undefined],
]

for (const [text, expected] of cases) {
  test(`the notice "${text}" names ${expected ? expected.toISOString() : 'no time'}`, () => {
    assert.equal(resetTime(text, noon, chatgpt)?.toISOString(), expected?.toISOString())
  })
}

test('months are known in the language of the page too', () => {
  const german = { ...chatgpt, locale: 'de-DE' }
  assert.deepEqual(resetTime('Wieder verfügbar am 7. Oktober um 15.40 Uhr', noon, german), new Date(2026, 9, 7, 15, 40))
  assert.deepEqual(resetTime('Wieder verfügbar am 7. Mai 2027', noon, german), new Date(2027, 4, 7))
})
