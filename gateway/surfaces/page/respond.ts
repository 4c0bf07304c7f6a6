import { createHash } from 'node:crypto'
import { getCookie } from 'hono/cookie'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayContext } from '../../http/gateway-app.ts'
import { TOKEN_COOKIE } from '../../http/guards.ts'
import { IMPORT_MAP } from './assets.ts'
import { documentOf, type Frame } from './layout.ts'
import { noticeOf } from './notices.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64')

/** Nothing runs, loads or frames this page but what the same server gives from its list of assets. */
const headers = {
  'content-security-policy': `default-src 'none'; script-src 'self' 'sha256-${sha256(IMPORT_MAP)}'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
}

/** Answers with a page. */
export const respond = async (context: GatewayContext, frame: Omit<Frame, 'isSignedIn'>, code = 200): Promise<Response> => {
  const isSignedIn = getCookie(context, TOKEN_COOKIE) !== undefined
  const notice = frame.notice ?? noticeOf(context.req.query('done'))
  // Every code here is one of RequestFault's, all of which carry a body.
  const status = code as ContentfulStatusCode
  return context.html(await documentOf({ ...frame, notice, isSignedIn }), status, headers)
}

/** After a form: back to a page, which says what was done. */
export const seeOther = (context: GatewayContext, path: string, done: string): Response =>
  context.redirect(`${path}?done=${encodeURIComponent(done)}`, 303)

/** The fault of a request as one; anything else goes on to the app, which logs it. */
export const faultOf = (error: unknown): RequestFault => {
  if (error instanceof RequestFault) return error
  throw error
}
