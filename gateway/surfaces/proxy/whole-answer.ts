import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import { ClientGone } from './attendance.ts'
import { openaiError } from './error-body.ts'
import { type Answered, noteField, noteHeaders } from './final-answer.ts'
import { lateFault } from './job-fault.ts'
import type { RouteNeeds } from './route-needs.ts'

/** An answer that is sent as one JSON object, and what a reader should know of it. */
interface Whole extends Pick<Answered, 'note'> {
  readonly body: object
}

/**
 * Waits for an answer that is sent as a whole. One that comes in time has its status, and its note as a header. After `headersWithinMs` the status is 200
 * and white space goes out every so often, which JSON allows before it: HTTP clients give up without headers after 300 s (Node's own), and
 * interim answers (102) break others. From then on the body has the note, and what goes wrong as `error`. `work` hears when the client goes away.
 */
export const wholeAnswer = async (
  context: Context,
  { settings, log }: Pick<RouteNeeds, 'settings' | 'log'>,
  work: (signal: AbortSignal) => Promise<Whole>,
): Promise<Response> => {
  const gone = new AbortController()
  const { signal } = context.req.raw
  signal.addEventListener('abort', () => gone.abort())
  // It may have left while its request was read: of that no event tells any more.
  if (signal.aborted) gone.abort()
  const working = work(gone.signal)
  const early = await within(working, settings.headersWithinMs)
  if (early) return context.json(early.body, 200, noteHeaders(early))
  const told = working.then(
    (late) => ({ ...late.body, ...noteField(late) }),
    (error: unknown) => (error instanceof ClientGone ? undefined : openaiError(lateFault(error, log))),
  )
  context.header('content-type', 'application/json')
  return stream(context, async (line) => {
    line.onAbort(() => gone.abort())
    const clock = setInterval(() => void line.write(' '), settings.keepAliveMs)
    await line.write(' ')
    const body = await told
    clearInterval(clock)
    if (body) await line.write(JSON.stringify(body))
  })
}

/** What was worked for, or undefined when it takes longer. Throws what the work throws in that time. */
const within = async <Result>(work: Promise<Result>, milliseconds: number): Promise<Result | undefined> => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const clock = setTimeout(resolve, milliseconds, undefined)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(clock)
  }
}
