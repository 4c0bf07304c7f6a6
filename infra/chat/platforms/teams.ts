import type { Adapter } from 'chat'
import { z } from 'zod'
import { common, secret } from '../../config/chat-schema.ts'
import { definePlatform } from '../define-platform.ts'

export default definePlatform({
  settings: z.strictObject({
    app_id_env: secret('TEAMS_APP_ID'),
    app_password_env: secret('TEAMS_APP_PASSWORD'),
    tenant_id_env: secret('TEAMS_TENANT_ID'),
    ...common,
  }),
  notifyExample: 'the thread',
  needsBot: true,
  adapter: async (settings, { secret, log }) => {
    const { createTeamsAdapter } = await import('@chat-adapter/teams')
    return createTeamsAdapter({
      appId: secret(settings.app_id_env),
      appPassword: secret(settings.app_password_env),
      appTenantId: secret(settings.tenant_id_env),
      appType: 'SingleTenant',
      userName: settings.name,
      logger: log,
      ...(settings.api_url ? { apiUrl: settings.api_url } : {}),
    }) as unknown as Adapter
  },
})
