import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Adapter, StateAdapter } from 'chat'
import { RequestFault } from '../../../bus/define-service.ts'
import { messageOf } from '../../../bus/errors.ts'
import type { ChatEar, HeardHandler } from '../../../gateway/surfaces/chat/desk.ts'
import { createMutex } from '../../locks/mutex.ts'
import type { DiscordApi } from './api.ts'
import { registerDiscordCommands } from './command.ts'
import { answerInteraction, interactionRequest, messageRequest, threadLookup, writtenMessage } from './heard.ts'

export interface DiscordEarOptions {
  readonly api: DiscordApi
  readonly token: string
  readonly application: string
  /** What the bot is called. */
  readonly name: string
  /** Whether it listens; its commands are told to Discord in any case. */
  readonly listen: boolean
  readonly state: StateAdapter
  /** The adapter that believes this public key. */
  readonly adapter: (publicKey: string) => Promise<Adapter>
}

/**
 * Discord's Gateway: mentions reach a bot over no other way, and its commands and buttons come over it too where the application has
 * no address for them. What it brings goes through an adapter as if it had been a request.
 */
export const discordEar = (options: DiscordEarOptions): ChatEar => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  const { api, token, application, name, listen, state } = options
  return {
    adapter: () => options.adapter(raw),
    listen: async (hearing) => {
      registerDiscordCommands(api, application, name).catch((error: unknown) =>
        hearing.log('the commands could not be told to Discord; those that it knows stay, and the next start tries again', {
          error: messageOf(error),
        }),
      )
      if (!listen) return
      const interaction = async (data: unknown): Promise<void> => {
        const answer = await hearing.take(interactionRequest(data, privateKey, new Date()))
        await answerInteraction(api, data, await answer.json())
      }
      const message = messagesInOrder(options, hearing)
      const { listenToDiscord } = await import('./listener.ts') // with its package, which few systems need
      await listenToDiscord({
        ...{ api, token, state, tell: hearing.tell, log: hearing.log, stopping: hearing.stopping },
        take: async (event, data, user) => {
          if (event === 'MESSAGE_CREATE') await message(data, user)
          if (event === 'INTERACTION_CREATE') await interaction(data)
        },
      })
    },
  }
}

/** Milliseconds. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
/** Who waits longer for an answer has asked again. */
const PATIENCE_MS = 15 * 60_000

/** Messages of a channel one after the other, each as often as it takes. What it throws is of no use again. */
const messagesInOrder = ({ api, application, token }: DiscordEarOptions, { take, stopping }: HeardHandler) => {
  const lookup = threadLookup(api)
  const inOrder = createMutex()
  const deliver = async (data: ReturnType<typeof writtenMessage> & object): Promise<void> => {
    const until = Date.now() + PATIENCE_MS
    for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(LONGEST_PAUSE_MS, waitMs * 2)) {
      try {
        const thread = data.guild_id === undefined ? undefined : await lookup(data.channel_id)
        await take(messageRequest({ ...data, ...(thread ? { thread } : {}) }, token))
        return
      } catch (error) {
        const isFinal = error instanceof RequestFault && error.code < 500
        if (isFinal || stopping.aborted || Date.now() > until) throw error
        await pause(waitMs, undefined, { signal: stopping })
      }
    }
  }
  return (raw: unknown, user: string): Promise<void> => {
    const data = writtenMessage(raw, { user, application })
    if (!data) return Promise.resolve()
    return inOrder(data.channel_id, () => deliver(data))
  }
}
