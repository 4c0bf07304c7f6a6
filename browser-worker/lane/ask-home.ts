import { showsLogin } from '../page/classify-page.ts'
import { askServer } from '../page/in-page/ask-server.ts'
import { isTypedInto } from '../page/in-page/typed-into.ts'
import { isElsewhere } from '../page/place.ts'
import { lookPastNavigation } from '../page/read-page.ts'
import { runInPage } from '../page/run-in-page.ts'
import type { Tab } from '../turn/types.ts'

/** What home's server says to who asks with the cookies of the tab. */
export interface HomeAnswer {
  /** The same for as long as nobody signs in or out, as far as it can be told from outside. */
  readonly words: string
  /** It is no refusal and not the page's login. */
  readonly isOpen: boolean
}

const WAIT_MS = 4000

/**
 * Asks by one request of the page's own, which nobody at the window sees: the pack's address of the session, or home. Undefined where the
 * tab is at another site, which may not ask. Throws PageLost.
 */
export const askHome = async ({ session, pack, home }: Tab): Promise<HomeAnswer | undefined> => {
  const page = session.page()
  if (isElsewhere(home, page.url())) return undefined
  const url = new URL(pack.urls.session ?? '', home).href
  const answer = await lookPastNavigation(page, () => runInPage(page, askServer, { url, waitMs: WAIT_MS }))
  if (!answer) return { words: 'nothing', isOpen: false }
  const isOpen = answer.status >= 200 && answer.status < 300 && !showsLogin(answer, pack, home)
  return { words: [answer.status, new URL(answer.url).pathname, answer.title, ...answer.names].join(' '), isOpen }
}

const FIELDS =
  'textarea, [contenteditable=""], [contenteditable=true], input:not([type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button])'

/** Whether somebody has typed into the tab's page what was not sent yet. Throws PageLost. */
export const isInUse = ({ session }: Tab): Promise<boolean> => {
  const page = session.page()
  return lookPastNavigation(page, () => runInPage(page, isTypedInto, { fields: FIELDS }))
}
