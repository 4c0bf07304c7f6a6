import { z } from 'zod'
import { common, secret } from '../../config/chat-schema.ts'
import { definePlatform } from '../define-platform.ts'

export default definePlatform({
  settings: z.strictObject({ bot_token_env: secret('TELEGRAM_BOT_TOKEN'), secret_token_env: secret('TELEGRAM_WEBHOOK_SECRET'), ...common }),
  notifyExample: '-1001234',
  mention: (id) => `[${id}](tg://user?id=${id})`,
  readFault: (_said, text) => {
    if (/message is not modified/i.test(text)) return 'same'
    return /message to edit not found/i.test(text) ? 'gone' : undefined
  },
  adapter: async (settings, { secret, log }) => {
    const { createTelegramAdapter } = await import('@chat-adapter/telegram')
    return createTelegramAdapter({
      mode: 'webhook',
      botToken: secret(settings.bot_token_env),
      secretToken: secret(settings.secret_token_env),
      allowUnverifiedWebhooks: false,
      userName: settings.name,
      logger: log,
      ...(settings.api_url ? { apiUrl: settings.api_url } : {}),
    })
  },
})
