import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { BusUnavailable, messageOf } from '../errors.ts'
import type { Seal } from '../seal.ts'
import { type Confirmed, startConfirmed } from './confirmed.ts'
import { type RideAlong, startRideAlong } from './ride-along.ts'
import type { StreamSettings } from './stream-settings.ts'

export interface ConnectOptions {
  url: string
  /** Shown by `nats server report connections`. */
  name: string
  user?: string
  pass?: string
  token?: string
  /** The system's own prefix, so that outsiders cannot listen to its replies. */
  inboxPrefix?: string
  /** What the configuration says of the streams, which holds for buckets as well. */
  streams?: StreamSettings
  log: Logger
}

export interface Connection {
  nc: NatsConnection
  /** What the configuration says of everything that is stored here. */
  readonly streams: StreamSettings
  /** By which the system knows its own facts; absent where nobody looks. */
  readonly seal?: Seal
  js: JetStreamClient
  jsm: JetStreamManager
  /** Publishes what is to be stored; one try, and a lost answer is asked for again with the same id. */
  confirmed: Confirmed
  /** Acknowledgements, which nobody waits for. */
  rideAlong: RideAlong
  /** Calls back after every reconnect until the returned function is called: pulls and requests that the old server knew are lost. */
  onReconnect(listener: () => void): () => void
  /** When the line was last down, in milliseconds since 1970: now while it is, 0 when it never was. */
  lastAway(): number
  /** Resolves when the connection is closed for good (the login was revoked, somebody closed it): why, or undefined after our own `close`. */
  readonly closed: Promise<BusUnavailable | undefined>
  /** Flushes what is under way and closes. */
  close(): Promise<void>
}

const OLDEST = [2, 12] as const

/** Why this server cannot carry the system, in a sentence; undefined when it can. */
export const unfit = (info: { version: string; jetstream?: boolean; headers?: boolean }): string | undefined => {
  const [major = 0, minor = 0] = info.version.split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return `nats-server ${info.version} is too old: 2.12 or newer is needed (schedules and atomic batches); upgrade it or unset NATS_URL to use the embedded one`
  if (!info.jetstream)
    return `nats-server ${info.version} runs without JetStream: start it with -js, or unset NATS_URL to use the embedded one`
  if (info.headers === false) return `nats-server ${info.version} has headers switched off: facts need them`
  return undefined
}

/** Connects and stays connected: a lost line is retried for ever, unless the server refuses our login. Throws `BusUnavailable` with one clear sentence. */
export const connectBus = async (options: ConnectOptions): Promise<Connection> => {
  const { log } = options
  let nc: NatsConnection
  try {
    nc = await connect({
      ...loginIn(options.url),
      name: options.name,
      ...(options.user ? { user: options.user, pass: options.pass } : {}),
      ...(options.token ? { token: options.token } : {}),
      ...(options.inboxPrefix ? { inboxPrefix: options.inboxPrefix } : {}),
      maxReconnectAttempts: -1,
      // Otherwise the client captures two stacks for every request it sends.
      noAsyncTraces: true,
      reconnectTimeWait: 200,
      reconnectJitter: 50,
      timeout: 5000,
    })
  } catch (error) {
    throw new BusUnavailable(`cannot reach NATS at ${withoutLogins(options.url)}: ${messageOf(error)}`, { cause: error })
  }
  const why = unfit(nc.info ?? { version: '0' })
  if (why) {
    await nc.close()
    throw new BusUnavailable(why)
  }
  const listeners = new Set<() => void>()
  const line: Line = { isUp: true, lastAway: 0 }
  let isOurs = false
  const rideAlong = startRideAlong()
  void followStatus(nc, listeners, line, log)
  return {
    nc,
    streams: options.streams ?? {},
    js: jetstream(nc, { timeout: 5000 }),
    // Nothing is checked at start: an outsider may not ask for account information.
    jsm: await jetstreamManager(nc, { checkAPI: false, timeout: 5000 }),
    confirmed: startConfirmed(nc, { inboxPrefix: options.inboxPrefix, timeoutMs: 3000, rideAlong }),
    rideAlong,
    onReconnect: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    lastAway: () => (line.isUp ? line.lastAway : Date.now()),
    closed: nc.closed().then((error) => (isOurs ? undefined : closedForGood(options.url, error ?? line.lastError))),
    close: async () => {
      isOurs = true
      if (nc.isClosed()) return
      rideAlong.send()
      try {
        await nc.drain()
      } catch (error) {
        // A line that is down has nothing under way that could still arrive.
        if (line.isUp) throw error
        await nc.close()
      }
    },
  }
}

interface Line {
  isUp: boolean
  lastAway: number
  lastError?: Error
}

const closedForGood = (url: string, error: Error | undefined): BusUnavailable =>
  new BusUnavailable(
    `the connection to NATS at ${withoutLogins(url)} is closed for good: ${error ? messageOf(error) : 'it was closed in this process'}`,
    { cause: error },
  )

const followStatus = async (nc: NatsConnection, listeners: ReadonlySet<() => void>, line: Line, log: Logger): Promise<void> => {
  for await (const status of nc.status()) {
    if (status.type === 'disconnect') {
      line.isUp = false
      log.warn('bus disconnected')
    }
    if (status.type === 'reconnect') {
      Object.assign(line, { isUp: true, lastAway: Date.now() })
      log.info('bus reconnected')
      for (const listener of [...listeners]) listener()
    }
    if (status.type === 'error') {
      line.lastError = status.error
      log.warn({ error: messageOf(status.error) }, 'bus reported an error')
    }
  }
}

/** The servers of a NATS address, comma separated, and the login in front of the first that has one: the client reads none out of an address. */
export const loginIn = (url: string): { servers: string[]; user?: string; pass?: string; token?: string } => {
  const all = url.split(',').map((one) => one.trim())
  const servers = all.map(withoutLogins)
  const [user = '', ...pass] =
    all
      .map((one) => /^(?:\w+:\/\/)?([^@/]+)@/.exec(one)?.[1])
      .find((login) => login !== undefined)
      ?.split(':') ?? []
  if (user === '') return { servers }
  const name = decodeURIComponent(user)
  return pass.length === 0 ? { servers, token: name } : { servers, user: name, pass: decodeURIComponent(pass.join(':')) }
}

/** NATS addresses without the credentials they may carry. */
export const withoutLogins = (url: string): string => url.replace(/(^|,\s*|\/\/)[^@/,]*@/g, '$1')
