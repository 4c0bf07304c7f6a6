import { doorOf } from './door.ts'
import { type Call, sessionCookieOf } from './messages.ts'
import { settleSessions } from './session.ts'
import { isSettled, snapshotOf } from './snapshot.ts'
import { conversationOf } from './state.ts'

/** Server-sent events: the page's snapshot, each time it is another one. */
export const streamSnapshots = ({ request, response, url, world }: Call): void => {
  const conversation = url.searchParams.get('conversation') ?? undefined
  const cookie = sessionCookieOf(request)
  let last = ''
  let timer: NodeJS.Timeout | undefined
  const show = (): void => {
    clearTimeout(timer)
    const now = Date.now()
    settleSessions(world, now)
    const next = JSON.stringify(snapshotOf(world.state, doorOf(world.state, cookie, now), conversation, now))
    if (next !== last) response.write(`data: ${next}\n\n`)
    last = next
    if (!isSettled(world.state, conversation, now)) timer = setTimeout(show, stepMs())
  }
  const stepMs = (): number => conversationOf(world.state, conversation)?.exchanges.at(-1)?.script.streaming.chunkMs ?? 100
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write('retry: 300\n\n')
  const stop = world.onChange(show)
  response.on('close', () => {
    clearTimeout(timer)
    stop()
  })
  show()
}
