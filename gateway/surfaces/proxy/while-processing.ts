import { ServerResponse } from 'node:http'
import type { Context } from 'hono'

/**
 * Waits for an answer that is sent as a whole. Until then `102 Processing` goes out every so often: HTTP clients count their
 * time without a byte anew from it (Node's own gives up after 300 s without headers), and error statuses stay possible.
 */
export const whileProcessing = async <T>(context: Context, everyMs: number, work: Promise<T>): Promise<T> => {
  const response: unknown = context.env?.outgoing
  // HTTP/1.0 knows no interim answers.
  const takesInterim = response instanceof ServerResponse && response.req.httpVersion === '1.1'
  const clock = takesInterim ? setInterval(() => response.writable && response.writeProcessing(), everyMs) : undefined
  try {
    return await work
  } finally {
    clearInterval(clock)
  }
}
