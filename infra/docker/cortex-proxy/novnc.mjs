/** Serves noVNC's page on port 6080 and hands its WebSocket on to x11vnc, which speaks that by itself. */
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { extname, join, normalize } from 'node:path'

const folder = '/usr/share/novnc'
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
}

const server = createServer((request, response) => {
  const wanted = new URL(request.url ?? '/', 'http://localhost').pathname
  const file = join(folder, normalize(wanted === '/' ? '/vnc.html' : wanted))
  const type = types[extname(file)]
  if (type === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404).end('not found\n')
    return
  }
  response.writeHead(200, { 'content-type': type })
  createReadStream(file).pipe(response)
})

server.on('upgrade', (request, socket, head) => {
  // A page of somebody else's in the same browser may not try passwords here.
  if (URL.parse(request.headers.origin ?? '')?.host !== request.headers.host) {
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    return
  }
  const screen = connect(5900, '127.0.0.1', () => {
    const headers = request.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : []))
    screen.write(`GET / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
    screen.write(head)
    socket.pipe(screen).pipe(socket)
  })
  socket.on('error', () => screen.destroy())
  screen.on('error', () => socket.destroy())
})

server.listen(6080, '0.0.0.0')
