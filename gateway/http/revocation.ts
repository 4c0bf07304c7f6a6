import type { GatewayContext } from './gateway-app.ts'

/** How soon a stream ends after its token was revoked, in milliseconds. */
const LOOK_MS = 5000

/** An answer that goes on (server-sent events) ends once `isValid` says no more; every other answer is over before that. */
export const endWhenRevoked = (context: GatewayContext, isValid: () => boolean, lookMs = LOOK_MS): void => {
  const { body, headers } = context.res
  if (!body || !headers.get('content-type')?.startsWith('text/event-stream')) return
  const revoked = new AbortController()
  const clock = setInterval(() => {
    if (!isStillValid(isValid)) revoked.abort()
  }, lookMs).unref()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const ended = (): void => clearInterval(clock)
  // It ends by itself, because the client went away, or here: in each case both sides have been told.
  body.pipeTo(writable, { signal: revoked.signal }).then(ended, ended)
  context.res = new Response(readable, context.res)
}

/** A damaged file of tokens lets nobody in; every request says so in words. */
const isStillValid = (isValid: () => boolean): boolean => {
  try {
    return isValid()
  } catch {
    return false
  }
}
