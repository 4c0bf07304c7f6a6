import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NeedsHuman, RetryAfter } from '../../../bus/errors.ts'
import { platformFault } from '../../../infra/chat/faults.ts'
import { chatPlatforms } from '../../../infra/chat/load-platforms.ts'

const failed = (message: string, more: object = {}): Error => Object.assign(new Error(message), more)
const platform = (error: string) =>
  failed(`An API error occurred: ${error}`, { code: 'slack_webapi_platform_error', data: { ok: false, error } })
const discord = (status: number, body: object) =>
  failed(`Discord API error: ${status}`, { code: 'NETWORK_ERROR', originalError: failed(JSON.stringify(body), { status }) })

const faultOf = (name: string, thrown: unknown) => platformFault(name, thrown, chatPlatforms.get(name)?.readFault)

const errorOf = (name: string, thrown: unknown): Error => {
  const fault = faultOf(name, thrown)
  assert.ok(fault.kind === 'error', fault.kind)
  return fault.error
}

test('a platform that asks for patience is given as much as it asks for', () => {
  const asked = [
    ['slack', failed('limited', { code: 'slack_webapi_rate_limited_error', retryAfter: 30 }), 30_000],
    ['telegram', failed('Rate limited', { code: 'RATE_LIMITED', retryAfter: 7 }), 7000],
    ['discord', discord(429, { retry_after: 1.5 }), 1500],
    ['slack', platform('ratelimited'), 30_000],
  ] as const
  for (const [name, thrown, ms] of asked) {
    const error = errorOf(name, thrown)
    assert.ok(error instanceof RetryAfter && error.delayMs === ms, String(error))
  }
})

test('what no retry helps against is for a person, who is told where to look', () => {
  const hopeless = [
    ['slack', platform('not_in_channel')],
    ['slack', platform('invalid_auth')],
    ['discord', discord(403, { code: 50001 })],
    ['discord', discord(401, { code: 0 })],
    ['telegram', failed('no', { code: 'PERMISSION_DENIED' })],
  ] as const
  for (const [name, thrown] of hopeless) {
    const error = errorOf(name, thrown)
    assert.ok(error instanceof NeedsHuman && error.message.includes(`[gateway.chat.${name}]`), String(error))
  }
})

test('a message that is gone is gone, one that says the same already is well', () => {
  assert.equal(faultOf('slack', platform('message_not_found')).kind, 'gone')
  assert.equal(faultOf('discord', discord(404, { code: 10008 })).kind, 'gone')
  assert.equal(faultOf('telegram', failed('Bad Request: message to edit not found')).kind, 'gone')
  assert.equal(faultOf('telegram', failed('Bad Request: message is not modified')).kind, 'same')
})

test('anything else is tried again by the declared back-off', () => {
  for (const thrown of [failed('socket hang up'), discord(500, {}), platform('internal_error'), 'a text', undefined]) {
    const error = errorOf('slack', thrown)
    assert.ok(!(error instanceof NeedsHuman) && !(error instanceof RetryAfter))
  }
})
