import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The server's end of a WebSocket, for texts of a few kilobytes. */
export interface WebSocketLine {
  send(message: unknown): void
  /** Says goodbye with a code, as a server does. */
  close(code: number, reason?: string): void
  /** Cuts the line without a word. */
  cut(): void
}

/** Accepts the upgrade (RFC 6455) and hands every JSON message on. */
export const acceptWebSocket = (
  request: IncomingMessage,
  socket: Duplex,
  heard: (message: { op: number; d: unknown }) => void,
  ended: (code: number | undefined) => void,
): WebSocketLine => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  let waiting = Buffer.alloc(0)
  let code: number | undefined
  socket.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk])
    for (let frame = read(waiting); frame; frame = read(waiting)) {
      waiting = waiting.subarray(frame.length)
      if (frame.opcode === TEXT) heard(JSON.parse(frame.payload.toString()))
      if (frame.opcode === CLOSE) {
        code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : undefined
        socket.end(framed(CLOSE, frame.payload))
      }
    }
  })
  socket.on('error', () => undefined) // the client may cut the line at any moment; `close` follows
  socket.on('close', () => ended(code))
  return {
    send: (message) => void socket.write(framed(TEXT, Buffer.from(JSON.stringify(message)))),
    close: (number, reason = '') => {
      const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
      payload.writeUInt16BE(number, 0)
      payload.write(reason, 2)
      socket.end(framed(CLOSE, payload))
    },
    cut: () => void socket.destroy(),
  }
}

const TEXT = 1
const CLOSE = 8

/** One whole masked frame of a client at the buffer's beginning; undefined when not all of it is there. */
const read = (buffer: Buffer): { opcode: number; payload: Buffer; length: number } | undefined => {
  if (buffer.length < 6) return undefined
  const short = (buffer[1] ?? 0) & 0x7f
  const start = short === 126 ? 8 : 6
  if (short === 127) throw new Error('a client of this server writes short messages')
  const size = short === 126 ? buffer.readUInt16BE(2) : short
  if (buffer.length < start + size) return undefined
  const mask = buffer.subarray(start - 4, start)
  const payload = Buffer.from(buffer.subarray(start, start + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
  return { opcode: (buffer[0] ?? 0) & 0x0f, payload, length: start + size }
}

/** One frame of a server, which masks nothing. */
const framed = (opcode: number, payload: Buffer): Buffer => {
  const head = payload.length < 126 ? Buffer.from([0x80 | opcode, payload.length]) : Buffer.from([0x80 | opcode, 126, 0, 0])
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}
