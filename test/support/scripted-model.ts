import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What the scripted model does in one turn of a conversation. */
export type Turn =
  | { say: string }
  | { write: { file: string; content: string } }
  | { read: string }
  /** Replaces one whole line; the file must have been read before. */
  | { edit: { file: string; old: string; new: string } }
  | { run: string }
  /** Calls a tool of an MCP server by its own name. */
  | { call: { server: string; tool: string; input: unknown } }
  | { answer: unknown }
  | { refuse: number; message?: string }

/** A conversation whose text contains `when` gets these turns, one after another. The last one is said again if it is asked on. */
export interface Script {
  when: string
  turns: Turn[]
}

/** A request as the scripts see it. */
interface Conversation {
  /** The whole request, for `when`. */
  text: string
  /** Tool results so far: which turn it is follows from the conversation itself, so that a repeated run gets the same. */
  turnsTaken: number
}

export interface ScriptedModel extends AsyncDisposable {
  url: string
  /** Bodies of all requests for an answer, as sent. */
  requests: string[]
  headers: IncomingMessage['headers'][]
  /** Answers this many of the next requests with the status instead. */
  failNext(times: number, status: number): void
  /** The next request with this text gets no answer at all. Resolves when it has come. */
  holdNext(text: string): Promise<void>
}

export type Respond = (turn: Exclude<Turn, { refuse: number }>, body: unknown, response: ServerResponse) => void

/** What is particular to one wire format. */
export interface WireFormat {
  /** Whether the path asks for an answer. */
  answers(path: string): boolean
  read(body: unknown, raw: string): Conversation
  respond: Respond
  error(status: number, message: string): object
  /** Answers to everything else that is asked on the way. */
  other(path: string): object
}

function chooseTurn(scripts: Script[], conversation: Conversation): Turn {
  const script = scripts.find((each) => conversation.text.includes(each.when))
  const turn = script?.turns[Math.min(conversation.turnsTaken, script.turns.length - 1)]
  return turn ?? { refuse: 400, message: 'the scripted model has no script for this conversation' }
}

export function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

/** Starts one server-sent stream and answers how to send an event on it. */
export function openStream(response: ServerResponse): (type: string, data: object) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  return (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** A model's server on loopback that follows scripts: our stand-in for a provider in tests of the real command lines. */
export async function startScriptedModel(format: WireFormat, scripts: Script[]): Promise<ScriptedModel> {
  const requests: string[] = []
  const headers: IncomingMessage['headers'][] = []
  let failures = { times: 0, status: 500 }
  const holds: { text: string; arrived: () => void }[] = []

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request)
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (!format.answers(path)) return sendJson(response, 200, format.other(path))
    requests.push(raw)
    headers.push(request.headers)
    const held = holds.findIndex(({ text }) => raw.includes(text))
    if (held >= 0) return holds.splice(held, 1)[0]?.arrived()
    if (failures.times > 0) {
      failures = { ...failures, times: failures.times - 1 }
      return sendJson(response, failures.status, format.error(failures.status, 'scripted failure'))
    }
    const body: unknown = JSON.parse(raw)
    const turn = chooseTurn(scripts, format.read(body, raw))
    if ('refuse' in turn) return sendJson(response, turn.refuse, format.error(turn.refuse, turn.message ?? 'scripted refusal'))
    format.respond(turn, body, response)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => sendJson(response, 500, format.error(500, String(error))))
  })
  // No web sockets here: 426 tells codex so at once.
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the scripted model has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    headers,
    failNext: (times, status) => {
      failures = { times, status }
    },
    holdNext: (text) => new Promise((arrived) => holds.push({ text, arrived })),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
