import { connect } from 'node:net'

/** The part of a NATS server's INFO line that we look at (the client protocol's first message). */
export interface ServerInfo {
  version: string
  server_name?: string
  headers?: boolean
  jetstream?: boolean
  max_payload?: number
}

const oldestVersion = [2, 12] as const

/** The one sentence for a server that Cortex cannot work with, or null when it can. */
export function checkServerVersion(info: ServerInfo): string | null {
  const [major = 0, minor = 0] = info.version.split('.').map((part) => Number.parseInt(part, 10))
  const [wantedMajor, wantedMinor] = oldestVersion
  if (!(major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)))
    return `this NATS server is ${info.version}; Cortex needs ${oldestVersion.join('.')} or newer (scheduled messages, atomic batches): upgrade it, or unset NATS_URL to use the embedded one.`
  if (info.jetstream !== true)
    return 'this NATS server runs without JetStream; start it with --jetstream (or a jetstream block in its configuration), or unset NATS_URL to use the embedded one.'
  if (info.headers === false)
    return 'this NATS server has message headers switched off; Cortex needs them: remove no_header_support from its configuration, or unset NATS_URL to use the embedded one.'
  return null
}

/**
 * What a NATS server at this address says of itself on connect. Throws when nothing listens, or when what listens is no NATS server.
 * @param timeoutMs for the whole exchange
 */
export function readServerInfo(host: string, port: number, timeoutMs: number): Promise<ServerInfo> {
  const where = `${host}:${port}`
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    let received = ''
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    socket.setEncoding('utf8')
    socket.on('error', fail)
    socket.on('timeout', () => fail(new Error(`${where} gave no NATS greeting within ${timeoutMs} ms`)))
    socket.on('close', () => reject(new Error(`${where} closed the connection before a NATS greeting`)))
    socket.on('data', (chunk: string) => {
      received += chunk
      const end = received.indexOf('\r\n')
      if (end < 0 && received.length < 65_536) return
      const info = parseInfo(received.slice(0, end))
      if (info === null) return fail(new Error(`what listens on ${where} is not a NATS server`))
      socket.destroy()
      resolve(info)
    })
  })
}

function parseInfo(line: string): ServerInfo | null {
  if (!line.startsWith('INFO ')) return null
  try {
    const info: unknown = JSON.parse(line.slice('INFO '.length))
    return isServerInfo(info) ? info : null
  } catch {
    return null // no JSON after INFO: some other protocol
  }
}

function isServerInfo(value: unknown): value is ServerInfo {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string'
}
