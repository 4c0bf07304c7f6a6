import { createHash } from 'node:crypto'
import { RequestFault } from '../../../bus/define-service.ts'
import { messageOf } from '../../../bus/errors.ts'
import type { Chat } from '../../../functions/ports.ts'
import type { GatewayContext, Surface, SurfaceNeeds } from '../../http/gateway-app.ts'
import { type Bot, type BotNeeds, openBot } from './bot.ts'
import type { ChatDesk, ChatEar, HeardRequest } from './desk.ts'
import { during, type PlatformRequest } from './platform-request.ts'

/** Milliseconds: platforms give up on a request after 3 s. */
const ANSWER_MS = 2400

export interface ChatNeeds {
  readonly desks: readonly ChatDesk[]
  readonly chat: Chat
}

/**
 * `POST /chat/<platform>` for every platform that is on. The SDK verifies the signature over the raw body; the answer comes when
 * what was asked for is durable, and 503 makes the platform send it again when it is not.
 */
export const chatSurface =
  ({ desks, chat }: ChatNeeds): Surface =>
  (app, around) => {
    for (const desk of desks) {
      const bot = opened(() => openBot(desk, { around, chat }))
      // The packages of some platforms take longer to read than a platform waits for its first answer.
      bot().catch((error: unknown) =>
        around.log('a chat bot is not ready; the next message tries again', { platform: desk.platform, error: messageOf(error) }),
      )
      app.post(`/chat/${desk.platform}`, (context) => answer(context, desk, bot, around))
      if (desk.ear) hearWith(desk.ear, desk, { around, chat })
    }
  }

/** What is heard goes the way of a request, to a bot of its own. */
const hearWith = (ear: ChatEar, desk: ChatDesk, needs: BotNeeds): void => {
  const { around, chat } = needs
  const bot = opened(() => openBot({ ...desk, adapter: ear.adapter }, needs))
  const { platform } = desk
  void ear.listen({
    take: (request) => handle({ ...request, url: `http://localhost/chat/${platform}` }, desk, bot, around),
    tell: (how) => chat.tell({ ...how, platform, since: around.now().toISOString() }),
    log: (line, about) => around.log(line, { platform, ...about }),
    stopping: around.stopping,
  })
}

const answer = async (context: GatewayContext, desk: ChatDesk, open: () => Promise<Bot>, around: SurfaceNeeds): Promise<Response> => {
  const body = await context.req.text()
  return handle({ url: context.req.url, headers: guarded(desk, context.req.raw.headers, around.now()), body }, desk, open, around)
}

type Incoming = Omit<HeardRequest, 'headers'> & { readonly url: string; readonly headers: HeadersInit }

/** Handles a request of a platform, whichever way it came. Throws `RequestFault`: 503 when it could not be taken. */
const handle = ({ url, headers, body }: Incoming, desk: ChatDesk, open: () => Promise<Bot>, around: SurfaceNeeds): Promise<Response> => {
  const asked: PlatformRequest = {
    fingerprint: createHash('sha256').update(`${desk.platform} ${body}`).digest('hex'),
    faults: [],
    tasks: [],
  }
  return during(asked, async () => {
    const bot = await open().catch((error: unknown) => {
      throw new RequestFault(503, [`${desk.platform} cannot be reached to make its bot ready: ${messageOf(error)}`])
    })
    const request = new Request(url, { method: 'POST', headers, body })
    const response = await bot.handle(request, (task) => void asked.tasks.push(task.catch((error: unknown) => asked.faults.push(error))))
    if (response.status >= 400) throw new RequestFault(response.status, [`${desk.platform}: ${(await response.text()).slice(0, 200)}`])
    const isDone = await settled(asked)
    const [fault] = asked.faults
    if (fault !== undefined || !isDone) {
      around.log('a chat message could not be taken', {
        platform: desk.platform,
        error: fault === undefined ? 'too slow' : messageOf(fault),
      })
      throw new RequestFault(503, ['this could not be taken yet; send it again'])
    }
    return response
  })
}

/** Whether everything that the request caused was done in time. */
const settled = async ({ tasks }: PlatformRequest): Promise<boolean> => {
  const over = Promise.withResolvers<false>()
  const timer = setTimeout(() => over.resolve(false), ANSWER_MS)
  try {
    return await Promise.race([Promise.all(tasks).then(() => true as const), over.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The headers that the adapter sees. Throws `RequestFault` 401. */
const guarded = ({ guard }: ChatDesk, given: Headers, now: Date): Headers => {
  const headers = new Headers(given)
  headers.delete('content-length')
  guard?.(headers, now)
  return headers
}

/** Opened at the first request, and again at the next one when that failed. */
const opened = (open: () => Promise<Bot>): (() => Promise<Bot>) => {
  let kept: Promise<Bot> | undefined
  return async () => {
    kept ??= open()
    const bot = await kept.catch((error: unknown) => {
      kept = undefined
      throw error
    })
    if (!bot.knowsItself) kept = undefined
    return bot
  }
}
