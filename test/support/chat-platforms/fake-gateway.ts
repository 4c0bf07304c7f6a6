import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PATIENCE_MS } from '../patience.ts'
import { acceptWebSocket, type WebSocketLine } from './web-socket-line.ts'

/** What a client said when it began or went on with a session. */
export interface Begun {
  readonly kind: 'identify' | 'resume'
  readonly intents?: number
  readonly sessionId?: string
  readonly sequence?: number
}

export interface FakeGateway extends AsyncDisposable {
  readonly url: string
  /** Every session that was begun or resumed, in order. */
  readonly begun: Begun[]
  /** Codes with which clients closed; undefined where they just went. */
  readonly closed: (number | undefined)[]
  heartbeats: number
  /** Milliseconds between a client's heartbeats. */
  heartbeatMs: number
  /** Whether heartbeats are answered. */
  isAlive: boolean
  /** Whether connections are taken, and how many were not. */
  isReachable: boolean
  turnedAway: number
  /** How the next sessions are refused: a code, or "invalid" for one that cannot be resumed. */
  refusals: (number | 'invalid')[]
  /** The lines that are open. */
  readonly lines: ReadonlySet<WebSocketLine>
  /** An event for the session: at once where it is connected, else when it is resumed. */
  say(name: string, data: unknown): void
  /** Asks for a new connection (op 7). */
  askForReconnect(): void
  /** Waits until so many sessions were begun or resumed, and the last one is there. */
  ready(count: number, withinMs?: number): Promise<void>
}

interface Session {
  readonly id: string
  readonly events: { op: 0; s: number; t: string; d: unknown }[]
}

/** A stand-in for Discord's Gateway with one session at a time, which it keeps while its client is away. */
export const fakeGateway = async (user: { id: string; token: string }): Promise<FakeGateway> => {
  const lines = new Set<WebSocketLine>()
  const watchers = new Set<() => void>()
  let session: Session | undefined
  let sessions = 0
  let listening: WebSocketLine | undefined
  let readyCount = 0
  const server = createServer((_request, response) => response.writeHead(426).end())

  const add = (t: string, d: unknown): void => {
    if (!session) throw new Error('there is no session yet')
    const event = { op: 0 as const, s: session.events.length + 1, t, d }
    session.events.push(event)
    listening?.send(event)
  }
  const begin = (line: WebSocketLine, begun: Begun, token: unknown): void => {
    gateway.begun.push(begun)
    const refusal = token === user.token ? gateway.refusals.shift() : 4004
    if (typeof refusal === 'number') line.close(refusal, 'refused')
    else if (refusal === 'invalid' || (begun.kind === 'resume' && begun.sessionId !== session?.id)) {
      session = undefined
      line.send({ op: 9, d: false })
    } else welcome(line, begun)
  }
  const welcome = (line: WebSocketLine, begun: Begun): void => {
    listening = line
    if (begun.kind === 'identify') {
      session = { id: `session-${++sessions}`, events: [] }
      add('READY', {
        v: 10,
        session_id: session.id,
        resume_gateway_url: gateway.url,
        user: { id: user.id, username: 'cortex' },
        guilds: [],
      })
    } else {
      for (const event of session?.events.filter(({ s }) => s > (begun.sequence ?? 0)) ?? []) line.send(event)
      add('RESUMED', {})
    }
    readyCount += 1
    for (const watcher of watchers) watcher()
  }
  const hear = (line: WebSocketLine, { op, d }: { op: number; d: unknown }): void => {
    const said: Record<string, unknown> = typeof d === 'object' && d !== null ? { ...d } : {}
    if (op === 1) {
      gateway.heartbeats += 1
      if (gateway.isAlive) line.send({ op: 11 })
    }
    if (op === 2) begin(line, { kind: 'identify', intents: Number(said['intents']) }, said['token'])
    if (op === 6) begin(line, { kind: 'resume', sessionId: String(said['session_id']), sequence: Number(said['seq']) }, said['token'])
  }
  server.on('upgrade', (request, socket) => {
    if (!gateway.isReachable) {
      gateway.turnedAway += 1
      socket.destroy()
      return
    }
    const line = acceptWebSocket(
      request,
      socket,
      (message) => hear(line, message),
      (code) => {
        gateway.closed.push(code)
        lines.delete(line)
        if (listening === line) listening = undefined
      },
    )
    lines.add(line)
    line.send({ op: 10, d: { heartbeat_interval: gateway.heartbeatMs } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const gateway: FakeGateway = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ begun: [], closed: [], heartbeats: 0, heartbeatMs: 40_000, isAlive: true, isReachable: true, turnedAway: 0, refusals: [], lines },
    say: add,
    askForReconnect: () => listening?.send({ op: 7 }),
    ready: async (count, withinMs = PATIENCE_MS) => {
      const come = Promise.withResolvers<void>()
      const look = (): void => void (readyCount >= count && come.resolve())
      const timer = setTimeout(
        () => come.reject(new Error(`${readyCount} sessions instead of ${count}: ${JSON.stringify(gateway.begun)}`)),
        withinMs,
      )
      watchers.add(look)
      look()
      await come.promise.finally(() => {
        clearTimeout(timer)
        watchers.delete(look)
      })
    },
    [Symbol.asyncDispose]: async () => {
      for (const line of lines) line.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return gateway
}
