export const DISCORD_API = 'https://discord.com/api/v10'

export interface DiscordApi {
  /**
   * A call of Discord's REST API; the answer's JSON, or undefined when it has none. Throws in words what Discord refuses, without
   * the path, for tokens stand in some.
   */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown): Promise<unknown>
}

/** Discord's REST API as far as the adapter does not speak it. Without a token for what an interaction's own token allows. */
export const discordApi = ({ url = DISCORD_API, token, timeoutMs }: { url?: string; token?: string; timeoutMs: number }): DiscordApi => ({
  call: async (method, path, body) => {
    const response = await fetch(`${url.replace(/\/$/, '')}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bot ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Discord answered ${response.status} to ${method} ${path.split('/')[1]}: ${text.slice(0, 300)}`)
    return text === '' ? undefined : JSON.parse(text)
  },
})
