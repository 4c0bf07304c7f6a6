import type { Adapter, Logger } from 'chat'
import type { Config } from '../config/config-schema.ts'

export type ChatConfig = Config['gateway']['chat']
export type Platform = keyof ChatConfig
type Settings<P extends Platform> = NonNullable<ChatConfig[P]>

/** What an adapter is made of beside the operator's settings. */
export interface AdapterNeeds {
  /** The value of a variable that the settings name; it was there at the start. */
  readonly secret: (variable: string) => string
  readonly log: Logger
  /** Milliseconds for one call of the platform. */
  readonly timeoutMs: number
}

/**
 * How each platform's adapter is made. Packages are read only when their platform is on, for some are large. Each adapter
 * brings a version of the SDK's types of its own; they are one interface, which the casts say.
 */
const makers: { readonly [P in Platform]: (settings: Settings<P>, needs: AdapterNeeds) => Promise<Adapter> } = {
  slack: async (settings, { secret, log, timeoutMs }) => {
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
  discord: async (settings, { secret, log }) => {
    const { createDiscordAdapter } = await import('@chat-adapter/discord')
    return createDiscordAdapter({
      botToken: secret(settings.bot_token_env),
      publicKey: secret(settings.public_key_env),
      applicationId: secret(settings.application_id_env),
      userName: settings.name,
      logger: log,
      // Only whoever gave the command sees its answer; what follows stands in one message for all.
      interactionFlags: () => EPHEMERAL,
      ...(settings.api_url ? { apiUrl: settings.api_url } : {}),
    }) as unknown as Adapter
  },
  telegram: async (settings, { secret, log }) => {
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
  teams: async (settings, { secret, log }) => {
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
  github: async (settings, { secret, log }) => {
    const { createGitHubAdapter } = await import('@chat-adapter/github')
    return createGitHubAdapter({
      token: secret(settings.token_env),
      webhookSecret: secret(settings.webhook_secret_env),
      userName: settings.name,
      logger: log,
      ...(settings.api_url ? { apiUrl: settings.api_url } : {}),
    }) as unknown as Adapter
  },
}

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

/** Discord's flag of a message for one person. */
const EPHEMERAL = 64

/** Makes the adapter of a platform that is on. Throws when its package refuses the settings. */
export const makeAdapter = <P extends Platform>(platform: P, settings: Settings<P>, needs: AdapterNeeds): Promise<Adapter> =>
  makers[platform](settings, needs)

/** The platforms that are switched on, with their settings. */
export const platformsOf = (chat: ChatConfig): { platform: Platform; settings: Settings<Platform> }[] =>
  Object.entries(chat).flatMap(([platform, settings]) => (settings ? [{ platform: platform as Platform, settings }] : []))

/** The names of all variables that a platform's settings name. */
export const variablesOf = (settings: Settings<Platform>): { key: string; variable: string }[] =>
  Object.entries(settings).flatMap(([key, value]) => (key.endsWith('_env') && typeof value === 'string' ? [{ key, variable: value }] : []))
