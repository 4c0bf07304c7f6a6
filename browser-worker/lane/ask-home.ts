import { showsLogin } from '../page/classify-page.ts'
import { askServer, type ServerAnswer } from '../page/in-page/ask-server.ts'
import { typedInto } from '../page/in-page/typed-into.ts'
import { isElsewhere } from '../page/place.ts'
import { lookPastNavigation } from '../page/read-page.ts'
import { runInPage } from '../page/run-in-page.ts'
import type { SitePack } from '../sites/site-pack.ts'
import type { Tab } from '../turn/types.ts'

/** What home's server says of who asks with the cookies of the tab. */
export interface HomeAnswer {
  /** The same for as long as nobody signs in or out, as far as it can be told from outside. */
  readonly words: string
  /** It is no refusal and not the page's login. */
  readonly isOpen: boolean
}

const WAIT_MS = 4000

/**
 * Asks by one request of the page's own, which nobody at the window sees: the pack's address of the session, or home, whose redirects are
 * not followed, for a login that is loaded may begin anew. Undefined where the tab is at another site, which may not ask, and where the
 * answer tells nothing. Throws PageLost.
 */
export const askHome = async ({ session, pack, home }: Tab): Promise<HomeAnswer | undefined> => {
  const page = session.page()
  if (isElsewhere(home, page.url())) return undefined
  const question = { url: new URL(pack.urls.session ?? '', home).href, follows: pack.urls.session !== undefined, waitMs: WAIT_MS }
  return homeAnswer(await lookPastNavigation(page, () => runInPage(page, askServer, question)), pack, home)
}

/** Undefined for what is no word about who asks: no answer, too many questions, a server out of order. Pure. */
export const homeAnswer = (answer: ServerAnswer | null, pack: SitePack, home: string): HomeAnswer | undefined => {
  if (!answer) return undefined
  const { status, url, title, names } = answer
  const isSuccess = status >= 200 && status < 300
  const isRefusal = status === 401 || status === 403
  const isSentOn = status === 0 || (status >= 300 && status < 400)
  if (!isSuccess && !isRefusal && !isSentOn) return undefined
  return { words: [status, new URL(url).pathname, title, ...names].join(' '), isOpen: isSuccess && !showsLogin(answer, pack, home) }
}

/** Inputs that nobody types into. */
const OTHER_INPUTS = ['hidden', 'checkbox', 'radio', 'submit', 'button', 'reset', 'image', 'range', 'color', 'file']
const INPUTS = `input:not(${OTHER_INPUTS.map((type) => `[type=${type}]`).join(', ')})`
const FIELDS = `textarea, [contenteditable=""], [contenteditable=true], ${INPUTS}`

/** How many characters somebody may have typed into the tab's page that were not sent yet. Throws PageLost. */
export const typedLengthIn = ({ session }: Tab): Promise<number> => {
  const page = session.page()
  return lookPastNavigation(page, () => runInPage(page, typedInto, { fields: FIELDS }))
}
