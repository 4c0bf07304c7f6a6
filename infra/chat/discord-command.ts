import { z } from 'zod'

const Interaction = z.looseObject({ application_id: z.string(), token: z.string() })

/**
 * Answers a slash command of Discord, for the person who gave it. The adapter does that too, but only at Discord's own address.
 * Throws when Discord does not take it.
 */
export const answerDiscordCommand = async (apiUrl: string, raw: unknown, text: string, timeoutMs: number): Promise<void> => {
  const { application_id: application, token } = Interaction.parse(raw)
  const path = `/webhooks/${encodeURIComponent(application)}/${encodeURIComponent(token)}/messages/@original`
  const response = await fetch(`${apiUrl.replace(/\/$/, '')}${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content: text.slice(0, LENGTH), allowed_mentions: { parse: [] } }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`discord answered ${response.status} to the answer of a command`)
}

export const DISCORD_API = 'https://discord.com/api/v10'

/** Characters of one message. */
const LENGTH = 2000
