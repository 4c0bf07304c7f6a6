import { createServer } from 'node:net'

/** Ports that may be tried on from the one asked for; 0 = any free one. */
export function portCandidates(port: number): number[] {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`port ${port} is not between 0 and 65535`)
  if (port === 0) return Array.from({ length: 5 }, () => 0)
  return Array.from({ length: 51 }, (_, index) => port + index).filter((candidate) => candidate <= 65_535)
}

/** A free port on loopback: the one asked for, any for 0; null when it is taken. Throws for any other reason. */
export function freePort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(new Error(`port ${port} on 127.0.0.1 cannot be used: ${error.message}; set another one with [nats] port in cortex.toml`))
    })
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address()
      const free = typeof address === 'object' && address !== null ? address.port : port
      server.close(() => resolve(free))
    })
  })
}
