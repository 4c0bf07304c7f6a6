import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { RequestFault } from '../../bus/define-service.ts'

/** A body that says itself that it is too long is not read; one that does not say is read up to the limit before anybody acts on it. */
export const sizeGuard = (maxSize: number): MiddlewareHandler => {
  const limit = bodyLimit({
    maxSize,
    onError: () => {
      throw new RequestFault(413, [`a body may have ${maxSize} bytes at most`])
    },
  })
  return (context, next) => {
    const { method, headers, body, signal, url } = context.req.raw
    // The limit copies a request whose length nobody told, which the server's own kind of request does not allow.
    const whole: RequestInit & { duplex: 'half' } = { method, headers, body, signal, duplex: 'half' }
    const saysLength = headers.has('content-length') && !headers.has('transfer-encoding')
    if (body && !saysLength) context.req.raw = new Request(url, whole)
    return limit(context, next)
  }
}
