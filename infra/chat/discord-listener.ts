import { setTimeout as pause } from 'node:timers/promises'
import type { StateAdapter } from 'chat'
import { z } from 'zod'
import { messageOf } from '../../bus/errors.ts'
import type { ChatListener } from '../../functions/ports.ts'
import type { DiscordApi } from './discord-api.ts'
import { type ConnectionEnd, connectDiscord, type Dispatch, type GatewaySession } from './discord-connection.ts'
import { type GatewayProgress, gatewayProgress } from './gateway-progress.ts'
import { type Lease, takeLease } from './lease.ts'

export interface DiscordListenerOptions {
  readonly api: DiscordApi
  readonly token: string
  /** The memory that all processes share: who listens, and how far. */
  readonly state: Pick<StateAdapter, 'get' | 'set' | 'acquireLock' | 'extendLock' | 'releaseLock'>
  /** Handles an event; `user` is the bot's own. What it throws is tried again. */
  readonly take: (dispatch: Dispatch, user: string) => Promise<void>
  readonly tell: (how: Pick<ChatListener, 'state' | 'reason'>) => void
  readonly log: (line: string, about?: Readonly<Record<string, unknown>>) => void
  readonly stopping: AbortSignal
}

const GatewayInformation = z.looseObject({
  url: z.string(),
  session_start_limit: z.looseObject({ remaining: z.int(), reset_after: z.number() }).optional(),
})

/** What Discord shall tell us: servers, messages there and in private; and what people write where they do not mention us. */
const INTENTS = (1 << 0) | (1 << 9) | (1 << 12)
const MESSAGE_CONTENT = 1 << 15

/** Discord takes a bot's token away that begins 1,000 sessions a day: the longest pause makes 720. Milliseconds. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 120_000
/** Against a refusal only a person helps; he is noticed after this. */
const REFUSED_PAUSE_MS = 300_000
/** A connection that held this long was well: the pauses begin anew. */
const STEADY_MS = 120_000
/** The address of a session is tried until the pauses are longer than this. */
const TRUST_MS = 4000
/** How often another process that listens is looked after. */
const STANDBY_MS = 1500

/**
 * Listens to Discord's Gateway until the stop, in one process of all at a time: a lost connection is made anew and its session
 * resumed, so that what was written meanwhile is heard, over a restart of ours too. Never throws.
 */
export const listenToDiscord = async (options: DiscordListenerOptions): Promise<void> => {
  const { stopping, tell, log } = options
  while (!stopping.aborted) {
    try {
      const lease = await takeLease(options.state, 'discord gateway')
      if (lease) await keepConnected(options, lease)
      else tell({ state: 'standby', reason: 'another process listens' })
    } catch (error) {
      tell({ state: 'away', reason: `the bus does not answer: ${messageOf(error)}` })
      log('Discord is not listened to until the bus answers', { error: messageOf(error) })
    }
    await rest(STANDBY_MS, stopping)
  }
}

const rest = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal }).catch(() => undefined) // cut short

/** One connection after the other, until the stop or until another process took over. */
const keepConnected = async (options: DiscordListenerOptions, lease: Lease): Promise<void> => {
  const signal = AbortSignal.any([options.stopping, lease.lost])
  const course: Course = { lease, pauseMs: FIRST_PAUSE_MS, intents: INTENTS | MESSAGE_CONTENT, saved: await readSession(options) }
  try {
    while (!signal.aborted) {
      const since = Date.now()
      const end = await connectOnce(options, course, signal).catch((error: unknown) => ({
        reason: messageOf(error),
        session: 'kept' as const,
      }))
      if (signal.aborted) return
      if (Date.now() - since > STEADY_MS) course.pauseMs = FIRST_PAUSE_MS
      await rest(afterEnd(options, course, end), signal)
    }
  } finally {
    await lease.release()
  }
}

/** What is known from one connection to the next. */
interface Course {
  readonly lease: Lease
  pauseMs: number
  intents: number
  saved: Saved | undefined
}
interface Saved {
  readonly session: GatewaySession
  readonly progress: GatewayProgress
}

/** Says in words why the connection ended, and for how long to wait. */
const afterEnd = ({ tell, log }: DiscordListenerOptions, course: Course, end: ConnectionEnd): number => {
  if (end.session === 'gone') course.saved = undefined
  if (end.refusal === 4014 && course.intents & MESSAGE_CONTENT) {
    course.intents = INTENTS
    log('Discord does not let this bot read messages without a mention; commands in threads need one until "Message Content Intent" is on')
    return 0
  }
  const waitMs = end.refusal === undefined ? course.pauseMs : REFUSED_PAUSE_MS
  course.pauseMs = Math.min(LONGEST_PAUSE_MS, course.pauseMs * 2)
  const reason = end.refusal === undefined ? end.reason : `${end.reason}: ${REFUSALS[end.refusal] ?? 'Discord does not take this bot'}`
  tell({ state: 'away', reason })
  const missed = end.session === 'gone' ? '; what is written meanwhile is not heard' : ''
  log(`Discord is not listened to for ${waitMs / 1000} s${missed}`, { reason })
  return waitMs
}

const REFUSALS: Readonly<Record<number, string>> = {
  4004: 'the token that gateway.chat.discord.bot_token_env names is not right',
  4011: 'the bot is on too many servers for one connection',
  4013: 'it does not know what we want to hear',
  4014: 'the bot may not hear messages; look at its intents in the developer portal',
}

const connectOnce = async (options: DiscordListenerOptions, course: Course, signal: AbortSignal): Promise<ConnectionEnd> => {
  const { saved } = course
  const url = saved && course.pauseMs <= TRUST_MS ? saved.session.resumeUrl : await gatewayUrl(options, signal)
  const saving = keepSaving(options, course)
  try {
    return await connectDiscord({
      url,
      token: options.token,
      intents: course.intents,
      ...(saved ? { resume: { session: saved.session, sequence: saved.progress.received() } } : {}),
      onReady: (session) => {
        if (session) course.saved = { session, progress: gatewayProgress(0) }
        options.tell({ state: 'listening', reason: session ? 'connected' : 'connected again' })
        void saving.now()
      },
      onDispatch: (dispatch) => {
        const { session, progress } = course.saved ?? {}
        if (!session || !progress) return
        progress.began(dispatch.sequence)
        void options
          .take(dispatch, session.user)
          .finally(() => progress.done(dispatch.sequence))
          .then(saving.soon, (error: unknown) => options.log('a message on Discord was given up', { error: messageOf(error) }))
      },
      received: () => course.saved?.progress.received() ?? 0,
      signal,
    })
  } finally {
    await saving.end()
  }
}

/** Where to connect for a new session. Throws while Discord allows no more of them today. */
const gatewayUrl = async ({ api, log }: DiscordListenerOptions, signal: AbortSignal): Promise<string> => {
  const { url, session_start_limit: limit } = GatewayInformation.parse(await api.call('GET', '/gateway/bot'))
  if (limit && limit.remaining <= 0) {
    log(`Discord allows no new session for ${Math.ceil(limit.reset_after / 1000)} s`)
    await rest(limit.reset_after, signal)
  }
  return url
}

const Kept = z.object({ session: z.object({ id: z.string(), resumeUrl: z.string(), user: z.string() }), sequence: z.int() })
const KEY = 'discord gateway session'
/** Discord forgets sessions sooner. */
const KEPT_MS = 3_600_000
const SAVE_MS = 500

const readSession = async ({ state }: DiscordListenerOptions): Promise<Saved | undefined> => {
  const kept = Kept.safeParse(await state.get(KEY))
  return kept.success ? { session: kept.data.session, progress: gatewayProgress(kept.data.sequence) } : undefined
}

/** Writes down how far everything is handled, soon after it changed and at the end; a failure only makes Discord repeat more. */
const keepSaving = ({ state, log }: DiscordListenerOptions, course: Course) => {
  let timer: NodeJS.Timeout | undefined
  const save = async (): Promise<void> => {
    timer = undefined
    const { session, progress } = course.saved ?? {}
    // Who took over keeps it from then on.
    if (!session || !progress || course.lease.lost.aborted) return
    await state
      .set(KEY, { session, sequence: progress.handled() }, KEPT_MS)
      .catch((error: unknown) => log('how far Discord was heard could not be kept', { error: messageOf(error) }))
  }
  return {
    now: save,
    soon: (): void => {
      timer ??= setTimeout(() => void save(), SAVE_MS)
    },
    end: async (): Promise<void> => {
      clearTimeout(timer)
      await save()
    },
  }
}
