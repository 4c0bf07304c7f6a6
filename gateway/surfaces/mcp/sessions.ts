import { randomUUID } from 'node:crypto'
import { type AuthInfo, type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'

/**
 * Connections of clients of the older era that can ask their person: the question goes the other way, so the server must
 * remember them. All other clients are served request by request and survive a restart without noticing.
 */
export interface Sessions {
  /** Opens one with the client's `initialize`. */
  open(request: Request, body: unknown, auth: AuthInfo): Promise<Response>
  /** Serves a request of a session; undefined when this caller has none with this id. */
  serve(id: string, request: Request, body: unknown, auth: AuthInfo): Promise<Response> | undefined
  close(): Promise<void>
}

export interface SessionLimits {
  readonly most: number
  /** Of one caller, so that nobody pushes the others out. */
  readonly ofOne: number
  readonly idleMs: number
  readonly now: () => Date
}

interface Session {
  readonly owner: string
  readonly transport: WebStandardStreamableHTTPServerTransport
  readonly server: McpServer
  /** In milliseconds since 1970. */
  usedAt: number
}

/** Sessions in this process. One that was not used for long ends, and the least used one when there are too many, of one caller or of all. */
export const createSessions = (serverFor: (auth: AuthInfo) => McpServer, { most, ofOne, idleMs, now }: SessionLimits): Sessions => {
  const sessions = new Map<string, Session>()
  const end = async (id: string): Promise<void> => {
    const session = sessions.get(id)
    sessions.delete(id)
    await session?.server.close()
  }
  const makeRoom = async (owner: string): Promise<void> => {
    const past = now().getTime() - idleMs
    const byUse = [...sessions].sort(([, one], [, other]) => one.usedAt - other.usedAt)
    const idle = byUse.filter(([, { usedAt }]) => usedAt < past)
    const own = byUse.filter(([, session]) => session.owner === owner)
    const leaving = new Set([...idle, ...own.slice(0, Math.max(0, own.length + 1 - ofOne))])
    const rest = byUse.filter((one) => !leaving.has(one))
    const all = [...leaving, ...rest.slice(0, Math.max(0, rest.length + 1 - most))]
    await Promise.all(all.map(([id]) => end(id)))
  }
  return {
    open: async (request, parsedBody, authInfo) => {
      await makeRoom(ownerOf(authInfo))
      const server = serverFor(authInfo)
      const transport = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void sessions.set(id, { owner: ownerOf(authInfo), transport, server, usedAt: now().getTime() }),
        onsessionclosed: (id) => void sessions.delete(id),
      })
      await server.connect(transport)
      const answer = await transport.handleRequest(request, { parsedBody, authInfo })
      // Refused: nobody will ever come back to it.
      if (transport.sessionId === undefined) await server.close()
      return answer
    },
    serve: (id, request, parsedBody, authInfo) => {
      const session = sessions.get(id)
      if (session?.owner !== ownerOf(authInfo)) return undefined
      session.usedAt = now().getTime()
      return session.transport.handleRequest(request, { ...(parsedBody === undefined ? {} : { parsedBody }), authInfo })
    },
    close: async () => {
      await Promise.all([...sessions.keys()].map(end))
    },
  }
}

/** A session works with the scopes that it was opened with: only who has the same ones may go on with it. */
const ownerOf = ({ clientId, scopes }: AuthInfo): string => [clientId, ...scopes].join(' ')
