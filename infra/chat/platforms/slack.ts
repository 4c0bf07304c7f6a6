import { z } from 'zod'
import { common, secret } from '../../config/chat-schema.ts'
import { definePlatform } from '../define-platform.ts'
import { patienceOf, type Said } from '../faults.ts'

/** No retry helps against these; a person must look at the platform's settings. */
const FOR_GOOD: readonly string[] = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'restricted_action',
]
const GONE: readonly string[] = ['message_not_found', 'cant_update_message', 'edit_window_closed']

/** Slack's client writes what fails to the console; it is thrown as well. The type of its levels is not ours to import. */
const unheard = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => 'error',
  setName: () => undefined,
}

export default definePlatform({
  settings: z.strictObject({ bot_token_env: secret('SLACK_BOT_TOKEN'), signing_secret_env: secret('SLACK_SIGNING_SECRET'), ...common }),
  notifyExample: 'C0123456789:',
  mention: (id) => `<@${id}>`,
  isMentionPlain: true,
  readFault: ({ code, data, retryAfter }: Said) => {
    const words = [data?.error, code].map(String)
    if (words.includes('ratelimited') || words.includes('slack_webapi_rate_limited_error')) return { delayMs: patienceOf(retryAfter) }
    if (words.some((word) => GONE.includes(word))) return 'gone'
    return words.some((word) => FOR_GOOD.includes(word)) ? 'hopeless' : undefined
  },
  ways: () => ({
    // Its note that it delivers again, for the adapter would drop what failed before, and a door into it that we do not use.
    guard: (headers) => {
      for (const name of ['x-slack-retry-num', 'x-slack-socket-token']) headers.delete(name)
    },
    knowsItself: (adapter) => adapter.botUserId !== undefined,
  }),
  adapter: async (settings, { secret, log, timeoutMs }) => {
    const { createSlackAdapter } = await import('@chat-adapter/slack')
    return createSlackAdapter({
      mode: 'webhook',
      botToken: secret(settings.bot_token_env),
      signingSecret: secret(settings.signing_secret_env),
      userName: settings.name,
      logger: log,
      // Patience is the runtime's: a call that hangs or is put off would hold a webhook's answer.
      webClientOptions: { timeout: timeoutMs, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger: unheard as never },
      ...(settings.api_url ? { apiUrl: settings.api_url } : {}),
    })
  },
})
