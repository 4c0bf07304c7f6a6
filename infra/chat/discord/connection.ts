import { setTimeout as pause } from 'node:timers/promises'
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import { messageOf } from '../../../bus/errors.ts'
import type { ChatListener } from '../../../functions/ports.ts'
import type { DiscordApi } from './api.ts'
import { guardedStrategy } from './guarded-strategy.ts'
import type { Patience } from './patience.ts'
import type { DiscordSession } from './session.ts'

/** Why a connection is over. */
export interface ConnectionEnd {
  readonly reason: string
  /** The number with which Discord closed for good: it does not let us in as we are. */
  readonly refusal?: number
}

/** Whose events are heard, and what becomes of them. */
export interface Hearer {
  readonly api: DiscordApi
  readonly token: string
  /** Handles an event of that name; `user` is the bot's own. What it throws is given up. */
  readonly take: (name: string, data: unknown, user: string) => Promise<void>
  readonly tell: (how: Pick<ChatListener, 'state' | 'reason'>) => void
  readonly log: (line: string, about?: Readonly<Record<string, unknown>>) => void
}

export interface ConnectionOptions extends Hearer {
  readonly session: DiscordSession
  readonly waits: Patience
  readonly intents: number
  readonly signal: AbortSignal
}

/** A connection that held this long was well. Milliseconds. */
const STEADY_MS = 120_000
/** How long whoever takes the call may say nothing. */
const GREETING_MS = 10_000
/** How long the goodbye may take. */
const CLOSE_MS = 2000
/** Any code but 1000 and 1001 keeps the session. */
const KEEP_SESSION = 4000

/**
 * Holds a connection to Discord's Gateway, made anew and its session resumed whenever it is lost, until the signal, until Discord
 * does not take us as we are, or because it could not be begun. Never throws.
 */
export const holdConnection = async (options: ConnectionOptions): Promise<ConnectionEnd> => {
  const { signal } = options
  const over = Promise.withResolvers<ConnectionEnd>()
  const stop = (): void => over.resolve({ reason: 'it was stopped' })
  const course = courseOf(options)
  const manager = managerOf(options, course, (error) =>
    over.resolve({ reason: `Discord said what nobody understands: ${messageOf(error)}` }),
  )
  listenTo(manager, options, course, over.resolve)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const begin = async (): Promise<void> => {
    course.url = (await manager.fetchGatewayInformation()).url
    if (!signal.aborted) await manager.connect()
  }
  begin().catch((error: unknown) => over.resolve({ reason: messageOf(error) }))
  try {
    return await over.promise
  } finally {
    signal.removeEventListener('abort', stop)
    course.isOver = true
    await Promise.race([manager.destroy({ code: KEEP_SESSION, reason: 'going away' }), pause(CLOSE_MS, undefined, { ref: false })])
  }
}

const managerOf = ({ api, token, intents }: ConnectionOptions, course: Course, onFault: (error: unknown) => void): WebSocketManager =>
  new WebSocketManager({
    buildStrategy: guardedStrategy(onFault),
    ...{ token, intents, shardCount: 1, shardIds: [0], handshakeTimeout: GREETING_MS, helloTimeout: GREETING_MS },
    identifyProperties: { os: process.platform, browser: 'cortex', device: 'cortex' },
    // All that the manager asks of its REST client is where the Gateway is.
    rest: { get: () => api.call('GET', '/gateway/bot') } as never,
    retrieveSessionInfo: course.retrieve,
    updateSessionInfo: (_shard, info) => course.update(info),
    // The pauses are in `retrieve`, which stands before every connection.
    buildIdentifyThrottler: () => ({ waitForIdentify: async () => undefined }),
  })

interface Course {
  /** Where Discord says that sessions begin. */
  url: string
  isOver: boolean
  /** The code with which a connection was lost that is to be made anew. */
  lost: number | undefined
  /** Whether Discord has said anything on this connection: else it was not Discord that ended the session. */
  isGreeted: boolean
  retrieve(): Promise<SessionInfo | null>
  update(info: SessionInfo | null): void
}

/** What is between one connection of the manager and the next. */
const courseOf = ({ session, waits, signal, log, tell }: ConnectionOptions): Course => {
  const rest = async (code: number): Promise<void> => {
    const [waitMs, reason] = [waits.next(), `the connection was lost (${code})`]
    tell({ state: 'away', reason })
    log(`Discord is not listened to for ${waitMs / 1000} s`, { reason })
    await pause(waitMs, undefined, { signal }).catch(() => undefined) // cut short
  }
  const course: Course = {
    ...{ url: '', isOver: false, lost: undefined, isGreeted: false },
    retrieve: async () => {
      if (course.lost !== undefined && !course.isOver) {
        await rest(course.lost)
        course.lost = undefined
        course.isGreeted = false
      }
      // The manager cannot be kept from its next connection otherwise: one that is over is left waiting.
      if (course.isOver || signal.aborted) await new Promise(() => undefined)
      const info = session.info()
      return info && waits.isLong() ? { ...info, resumeURL: course.url } : info
    },
    update: (info) => {
      if (info !== null) session.update(info)
      else if (course.isGreeted && !course.isOver && session.info() !== null) {
        session.update(null)
        log('Discord ended the session; what is written until the next one begins is not heard')
      }
    },
  }
  return course
}

const listenTo = (
  manager: WebSocketManager,
  { session, waits, tell, take, log }: ConnectionOptions,
  course: Course,
  end: (end: ConnectionEnd) => void,
): void => {
  let steady: NodeJS.Timeout | undefined
  const listening = (reason: string): void => {
    tell({ state: 'listening', reason })
    steady = setTimeout(waits.reset, STEADY_MS).unref()
    void session.save()
  }
  manager.on(WebSocketShardEvents.Hello, () => {
    course.isGreeted = true
  })
  manager.on(WebSocketShardEvents.Ready, ({ user }) => {
    session.belongsTo(user.id)
    listening('connected')
  })
  manager.on(WebSocketShardEvents.Resumed, () => listening('connected again'))
  manager.on(WebSocketShardEvents.Dispatch, ({ t, s, d }) => {
    const given = session.handle(s, (user) => take(t, d, user))
    given.catch((error: unknown) => log('a message on Discord was given up', { error: messageOf(error) }))
  })
  manager.on(WebSocketShardEvents.SocketError, () => {
    course.isGreeted = false
  })
  manager.on(WebSocketShardEvents.Closed, (code) => {
    clearTimeout(steady)
    course.lost = code
  })
  // The manager gives up: Discord closed for good.
  manager.on(WebSocketShardEvents.Error, ({ message }) => {
    course.isOver = true
    end({ reason: message, ...(course.lost === undefined ? {} : { refusal: course.lost }) })
  })
}
