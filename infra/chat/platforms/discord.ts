import type { Adapter } from 'chat'
import { z } from 'zod'
import { common, secret } from '../../config/chat-schema.ts'
import { type AdapterNeeds, definePlatform } from '../define-platform.ts'
import { discordApi } from '../discord/api.ts'
import { answerDiscordCommand, readDiscordCommand } from '../discord/command.ts'
import { discordEar } from '../discord/ear.ts'
import { readDiscordFault } from '../discord/fault.ts'
import { discordGuard } from '../discord/guard.ts'

const settings = z.strictObject({
  bot_token_env: secret('DISCORD_BOT_TOKEN'),
  public_key_env: secret('DISCORD_PUBLIC_KEY'),
  application_id_env: secret('DISCORD_APPLICATION_ID'),
  listen: z
    .boolean()
    .default(true)
    .describe("hear mentions over Discord's Gateway, and commands and buttons where the application has no address for them"),
  ...common,
})

/** Milliseconds for a call of Discord's API that the adapter does not make. */
const TIMEOUT_MS = 10_000
/** Discord's flag of a message for one person. */
const EPHEMERAL = 64

export default definePlatform({
  settings,
  notifyExample: '1234:5678',
  mention: (id) => `<@${id}>`,
  isMentionPlain: true,
  readFault: readDiscordFault,
  ways: (own, needs) => {
    const [token, application] = [needs.secret(own.bot_token_env), needs.secret(own.application_id_env)]
    const where = { timeoutMs: TIMEOUT_MS, ...(own.api_url ? { url: own.api_url } : {}) }
    return {
      hasUniqueIds: true,
      guard: discordGuard(token),
      readCommand: readDiscordCommand,
      answerCommand: (raw, text) => answerDiscordCommand(discordApi(where), raw, text),
      ear: discordEar({
        ...{ token, application, name: own.name, listen: own.listen, state: needs.state },
        api: discordApi({ ...where, token }),
        adapter: (publicKey) => makeAdapter(own, needs, publicKey),
      }),
    }
  },
  adapter: (own, needs) => makeAdapter(own, needs, needs.secret(own.public_key_env)),
})

/** An adapter that believes this public key. */
const makeAdapter = async (own: z.output<typeof settings>, { secret, log }: AdapterNeeds, publicKey: string): Promise<Adapter> => {
  const { createDiscordAdapter } = await import('@chat-adapter/discord')
  return createDiscordAdapter({
    botToken: secret(own.bot_token_env),
    publicKey,
    applicationId: secret(own.application_id_env),
    userName: own.name,
    logger: log,
    // Only whoever gave the command sees its answer; what follows stands in one message for all.
    interactionFlags: () => EPHEMERAL,
    ...(own.api_url ? { apiUrl: own.api_url } : {}),
  }) as unknown as Adapter
}
