import { chatPlatforms } from '../chat/load-platforms.ts'
import { configWith } from '../config/config.ts'
import { webhookFaults } from '../webhooks/webhook-faults.ts'

/** The product's configuration: with the settings of every chat platform that there is, and what webhooks know to be wrong. */
export const {
  schema: productSchema,
  loadConfig,
  checkConfig,
} = configWith({
  platforms: Object.fromEntries([...chatPlatforms].map(([name, { settings }]) => [name, settings])),
  checks: [webhookFaults],
})
