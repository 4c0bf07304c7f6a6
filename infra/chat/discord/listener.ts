import { setTimeout as pause } from 'node:timers/promises'
import type { StateAdapter } from 'chat'
import { messageOf } from '../../../bus/errors.ts'
import { type Lease, takeLease } from '../../../gateway/surfaces/chat/kv-lock.ts'
import { type ConnectionEnd, type Hearer, holdConnection } from './connection.ts'
import { type Patience, patience } from './patience.ts'
import { openDiscordSession } from './session.ts'

export interface DiscordListenerOptions extends Hearer {
  /** The memory that all processes share: who listens, and how far. */
  readonly state: Pick<StateAdapter, 'get' | 'set' | 'acquireLock' | 'extendLock' | 'releaseLock'>
  readonly stopping: AbortSignal
}

/** What Discord shall tell us: servers, messages there and in private; and what people write where they do not mention us. */
const INTENTS = (1 << 0) | (1 << 9) | (1 << 12)
const MESSAGE_CONTENT = 1 << 15

/** Against a refusal only a person helps; he is noticed after this. Milliseconds. */
const REFUSED_PAUSE_MS = 300_000
/** How often another process that listens is looked after. */
const STANDBY_MS = 1500
const DISALLOWED_INTENTS = 4014

/**
 * Listens to Discord's Gateway until the stop, in one process of all at a time: a lost connection is made anew and its session
 * resumed, so that what was written meanwhile is heard, over a restart of ours too. Never throws.
 */
export const listenToDiscord = async (options: DiscordListenerOptions): Promise<void> => {
  const { stopping, tell, log } = options
  while (!stopping.aborted) {
    try {
      const lease = await takeLease(options.state, 'discord gateway')
      if (lease) await listenAlone(options, lease)
      else tell({ state: 'standby', reason: 'another process listens' })
    } catch (error) {
      tell({ state: 'away', reason: `the bus does not answer: ${messageOf(error)}` })
      log('Discord is not listened to until the bus answers', { error: messageOf(error) })
    }
    await rest(STANDBY_MS, stopping)
  }
}

const rest = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal }).catch(() => undefined) // cut short

/** Until the stop or until another process took over. */
const listenAlone = async (options: DiscordListenerOptions, lease: Lease): Promise<void> => {
  const signal = AbortSignal.any([options.stopping, lease.lost])
  const waits = patience()
  let intents = INTENTS | MESSAGE_CONTENT
  try {
    const session = await openDiscordSession(options.state, {
      lost: lease.lost,
      onUnsaved: (error) => options.log('how far Discord was heard could not be kept', { error: messageOf(error) }),
    })
    while (!signal.aborted) {
      const end = await holdConnection({ ...options, session, waits, intents, signal }).finally(session.save)
      if (signal.aborted) return
      if (end.refusal === DISALLOWED_INTENTS && intents & MESSAGE_CONTENT) {
        intents = INTENTS
        options.log(
          'Discord does not let this bot read messages without a mention; commands in threads need one until "Message Content Intent" is on',
        )
      } else await rest(tellEnd(options, end, waits), signal)
    }
  } finally {
    await lease.release()
  }
}

/** Says in words why nobody listens, and for how long. */
const tellEnd = ({ tell, log }: DiscordListenerOptions, { reason, refusal }: ConnectionEnd, waits: Patience): number => {
  const waitMs = refusal === undefined ? waits.next() : REFUSED_PAUSE_MS
  const why = refusal === undefined ? reason : `${reason} (${refusal}): ${REFUSALS[refusal] ?? 'Discord does not take this bot'}`
  tell({ state: 'away', reason: why })
  log(`Discord is not listened to for ${waitMs / 1000} s`, { reason: why })
  return waitMs
}

const REFUSALS: Readonly<Record<number, string>> = {
  4004: 'the token that gateway.chat.discord.bot_token_env names is not right',
  4011: 'the bot is on too many servers for one connection',
  4013: 'it does not know what we want to hear',
  4014: 'the bot may not hear messages; look at its intents in the developer portal',
}
