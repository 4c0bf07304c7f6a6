import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import type { GatewayApp, GatewayContext } from '../../http/gateway-app.ts'
import { TOKEN_COOKIE } from '../../http/guards.ts'
import { textsOf } from './form.ts'
import type { Html } from './html.ts'
import type { PageNeeds } from './needs.ts'
import { respond } from './respond.ts'

/** `/login`: a person gives the token once, a cookie that no script can read keeps it. `/logout` takes it away. */
export const loginRoutes = (app: GatewayApp, { verify }: Pick<PageNeeds, 'verify'>): void => {
  app.get('/login', (context) => respond(context, signIn(wanted(context.req.query('to')))))
  app.post('/login', async (context) => {
    const { to: given, token: secret = '' } = await textsOf(context)
    const to = wanted(given)
    const token = secret.trim()
    if (!token || !(await verify(token))) return respond(context, signIn(to, ['This token is not known here, or it was revoked.']), 401)
    setCookie(context, TOKEN_COOKIE, token, cookie(context))
    return context.redirect(to, 303)
  })
  app.post('/logout', (context) => {
    deleteCookie(context, TOKEN_COOKIE, cookie(context))
    return context.redirect('/login', 303)
  })
}

/** For a browser that may not see a page: the way to the form. Undefined where no person reads the answer. A token that does not count any more goes. */
export const toLogin = (context: GatewayContext): Response | undefined => {
  const { method, path, url } = context.req
  if (method !== 'GET' || !context.req.header('accept')?.includes('text/html')) return undefined
  // Links on other sites come without the cookie: then it is no wrong one.
  if (getCookie(context, TOKEN_COOKIE) !== undefined) deleteCookie(context, TOKEN_COOKIE, cookie(context))
  return context.redirect(`/login?to=${encodeURIComponent(path + new URL(url).search)}`, 302)
}

const cookie = ({ req }: GatewayContext) =>
  ({ path: '/', httpOnly: true, sameSite: 'Strict', secure: new URL(req.url).protocol === 'https:' }) as const

/** Characters of a path: it goes back in a header. */
const MOST = 2000

/** A path of ours, whatever was asked for. */
const wanted = (to = ''): string => (/^\/(?![/\\])[^\s\\\p{Cc}]*$/u.test(to) && to.length <= MOST ? to : '/')

const signIn = (to: string, faults?: readonly string[]) => ({ title: 'Sign in', section: 'none', body: form(to), faults }) as const

const form = (to: string): Html => html`<section class="card narrow"><h1>Sign in</h1>
<p>Give the token you were given. On the machine where Cortex runs <code>cortex token create &lt;name&gt;</code> makes one.</p>
<form method="post" action="/login" class="fields"><input type="hidden" name="to" value="${to}">
<label>Token <input name="token" type="password" required autocomplete="current-password" autofocus></label>
<p class="row"><button class="primary">Sign in</button> <span class="quiet">Signed in already? <a href="${to}">Go on</a></span></p></form></section>`
