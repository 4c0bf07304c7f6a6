import { z } from 'zod'

/** A session that can be gone on with after its connection is lost, for the minutes that Discord keeps it. */
export interface GatewaySession {
  readonly id: string
  readonly resumeUrl: string
  /** The bot's own user. */
  readonly user: string
}

/** An event of Discord's. */
export interface Dispatch {
  readonly name: string
  readonly data: unknown
  readonly sequence: number
}

/** Why a connection is over. */
export interface ConnectionEnd {
  readonly reason: string
  /** Whether its session can be resumed. */
  readonly session: 'kept' | 'gone'
  /** Discord does not let us in as we are: the number says why. */
  readonly refusal?: number
}

export interface ConnectionOptions {
  readonly url: string
  readonly token: string
  readonly intents: number
  /** Goes on with this session after the sequence; absent for a new one. */
  readonly resume?: { readonly session: GatewaySession; readonly sequence: number }
  /** The session is there: a new one, or undefined for the one that was resumed. */
  readonly onReady: (session: GatewaySession | undefined) => void
  readonly onDispatch: (dispatch: Dispatch) => void
  /** The last sequence that was received, for heartbeats. */
  readonly received: () => number
  readonly signal: AbortSignal
}

/** The operations of Discord's Gateway (version 10). */
const Op = { dispatch: 0, heartbeat: 1, identify: 2, resume: 6, reconnect: 7, invalidSession: 9, hello: 10, heartbeatAck: 11 } as const

const Frame = z.looseObject({ op: z.int(), d: z.unknown().optional(), s: z.int().nullish(), t: z.string().nullish() })
const Hello = z.looseObject({ heartbeat_interval: z.number().positive() })
const Ready = z.looseObject({ session_id: z.string(), resume_gateway_url: z.string(), user: z.looseObject({ id: z.string() }) })

/** From connecting to the session's beginning. */
const READY_MS = 30_000
/** Any code but 1000 and 1001 keeps the session. */
const KEEP_SESSION = 4000
/** Codes of Discord's with which it will not have us again as we are: token, shard, version, intents. */
const REFUSALS: readonly number[] = [4004, 4010, 4011, 4012, 4013, 4014]
const SESSION_GONE: readonly number[] = [1000, 1001, 4007, 4009]

/** One connection to Discord's Gateway, until it ends by whatever cause. Never throws. */
export const connectDiscord = (options: ConnectionOptions): Promise<ConnectionEnd> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${options.url.replace(/\/?$/, '/')}?v=10&encoding=json`)
    const timers = new Set<NodeJS.Timeout>()
    const end = (reason: string, session: ConnectionEnd['session'], refusal?: number): void => {
      for (const timer of timers) clearTimeout(timer)
      options.signal.removeEventListener('abort', stop)
      socket.onmessage = null
      socket.close(KEEP_SESSION)
      resolve({ reason, session, ...(refusal === undefined ? {} : { refusal }) })
    }
    const stop = (): void => end('it was stopped', 'kept')
    const talk = conversation(options, { end, send: (op, d) => socket.send(JSON.stringify({ op, d })), timers })
    options.signal.addEventListener('abort', stop, { once: true })
    talk.after(READY_MS, () => end(`Discord did not begin a session within ${READY_MS / 1000} s`, 'kept'))
    socket.onmessage = ({ data }) => talk.hear(data)
    socket.onclose = ({ code, reason }) =>
      end(
        `Discord closed the connection (${code}${reason ? `, ${reason.slice(0, 200)}` : ''})`,
        SESSION_GONE.includes(code) ? 'gone' : 'kept',
        REFUSALS.includes(code) ? code : undefined,
      )
    socket.onerror = () => end('the connection failed', 'kept')
    if (options.signal.aborted) stop()
  })

interface Line {
  readonly end: (reason: string, session: ConnectionEnd['session']) => void
  readonly send: (op: number, data: unknown) => void
  readonly timers: Set<NodeJS.Timeout>
}

const conversation = (options: ConnectionOptions, { end, send, timers }: Line) => {
  let isAnswered = true
  let readyTimer: NodeJS.Timeout | undefined
  const after = (ms: number, work: () => void): NodeJS.Timeout => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
    return timer
  }
  const beat = (): void => send(Op.heartbeat, options.received() || null)
  const keepBeating = (everyMs: number): void => {
    if (isAnswered) {
      isAnswered = false
      beat()
      after(everyMs, () => keepBeating(everyMs))
    } else end('Discord does not answer any more', 'kept')
  }
  const greet = (everyMs: number): void => {
    after(everyMs * Math.random(), () => keepBeating(everyMs))
    const { resume, token, intents } = options
    if (resume) send(Op.resume, { token, session_id: resume.session.id, seq: resume.sequence })
    else send(Op.identify, { token, intents, properties: { os: process.platform, browser: 'cortex', device: 'cortex' } })
  }
  const ready = (name: string, data: unknown): void => {
    if (name !== 'READY' && name !== 'RESUMED') return
    clearTimeout(readyTimer)
    const session = name === 'READY' ? Ready.parse(data) : undefined
    options.onReady(session && { id: session.session_id, resumeUrl: session.resume_gateway_url, user: session.user.id })
  }
  const on = ({ op, d, s, t }: z.infer<typeof Frame>): void => {
    if (op === Op.hello) greet(Hello.parse(d).heartbeat_interval)
    else if (op === Op.heartbeatAck) isAnswered = true
    else if (op === Op.heartbeat) beat()
    else if (op === Op.reconnect) end('Discord asked for a new connection', 'kept')
    else if (op === Op.invalidSession) end('Discord ended the session', d === true ? 'kept' : 'gone')
    else if (op === Op.dispatch && t && s) {
      ready(t, d)
      options.onDispatch({ name: t, data: d, sequence: s })
    }
  }
  return {
    after: (ms: number, work: () => void) => {
      readyTimer = after(ms, work)
    },
    hear: (data: unknown): void => {
      try {
        on(Frame.parse(JSON.parse(String(data))))
      } catch (error) {
        end(`Discord said something else than its protocol: ${String(error).slice(0, 200)}`, 'gone')
      }
    },
  }
}
