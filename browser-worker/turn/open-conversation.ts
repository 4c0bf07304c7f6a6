import { messageOf } from '../../bus/errors.ts'
import type { ConversationWish } from '../../domain/catalogue/reasoning.ts'
import { locateShown } from '../page/locate.ts'
import { isSameConversation, pathWithin } from '../page/place.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import { lookUntilKnown } from '../page/until-known.ts'
import { matchesAny } from '../sites/site-pack.ts'
import { laneFault } from './lane-fault.ts'
import { settle } from './preflight.ts'
import type { Stage } from './stage.ts'
import { TurnFault } from './types.ts'

const loadMs = 30_000

/** Opens the conversation a turn belongs to and waits until it stands still. Throws TurnFault: nothing was sent. */
export const openConversation = async (stage: Stage, conversation: ConversationWish): Promise<PageSnapshot> => {
  if (conversation.kind === 'resume') return openUrl(stage, conversation.url)
  await visit(stage, addressOf(stage, conversation.kind))
  const seen = await settle(stage, false)
  await pressNew(stage)
  if (seen.turns.length === 0) return seen
  const again = await settle(stage, true)
  if (again.turns.length === 0) return again
  throw new TurnFault('PAGE_UNKNOWN', `a new conversation was wanted and ${again.turns.length} turns of another are shown`, { sent: 'no' })
}

/** Opens a known conversation and waits until its turns are all there. Throws TurnFault when it cannot be opened. */
export const openUrl = async (stage: Stage, url: string): Promise<PageSnapshot> => {
  if (pathWithin(stage.home, url) === null) {
    throw new TurnFault('PAGE_UNKNOWN', `the conversation ${url} does not lie at ${stage.home}`, { sent: 'no' })
  }
  await visit(stage, url)
  const missingIn = ({ notices }: PageSnapshot) => notices.find(({ text }) => matchesAny(stage.pack.texts.conversationMissing, text))
  const isThere = (seen: PageSnapshot) => !missingIn(seen) && isSameConversation(stage.pack, stage.home, url, seen.url)
  // A known conversation without a turn is one that is not drawn yet.
  const seen = await settle(stage, true, (now) => now.turns.length > 0 || !isThere(now))
  if (isThere(seen)) return seen
  const missing = missingIn(seen)
  throw new TurnFault('PAGE_UNKNOWN', `the conversation ${url} cannot be opened: ${missing?.text ?? `the page shows ${seen.url}`}`, {
    sent: 'no',
  })
}

/** A look once the page lists its conversations, or has had time to since it was loaded: an account may have none. */
export const whenListed = ({ pack, look, pause }: Stage, loadedAt: number): Promise<PageSnapshot> => {
  let listed = 0
  const isKnown = ({ history }: PageSnapshot): boolean => {
    const isStill = history.length > 0 && history.length === listed
    listed = history.length
    return isStill || pack.selectors.historyItem.length === 0
  }
  return lookUntilKnown(look, isKnown, { forMs: loadedAt + pack.timing.listMs - Date.now(), pause: () => pause(100, 'no') })
}

const addressOf = ({ pack, home }: Stage, kind: 'new' | 'temporary'): string => {
  if (kind === 'new') return home
  if (pack.urls.temporary !== undefined) return new URL(pack.urls.temporary, home).href
  throw new TurnFault('PAGE_UNKNOWN', `the page ${pack.name} has no temporary conversations`, { sent: 'no' })
}

/** Loads an address, or what the page itself goes to instead. Throws TurnFault with a degraded lane when it does not load. */
export const visit = async (stage: Stage, url: string): Promise<void> => {
  try {
    await stage.page.goto(url, { waitUntil: 'domcontentloaded', timeout: loadMs }).catch((error: unknown) => {
      if (!/interrupted by another navigation/.test(messageOf(error))) throw error
      return stage.page.waitForLoadState('domcontentloaded', { timeout: loadMs })
    })
  } catch (error) {
    await stage.pause(0, 'no')
    throw laneFault({ state: 'degraded', reason: `the page does not load: ${messageOf(error).split('\n')[0]}` }, 'no')
  }
}

/** Presses the page's own button for a new conversation, where loading home is not enough. */
const pressNew = async ({ page, pack, pause }: Stage): Promise<void> => {
  const press = async (selectors: readonly string[]): Promise<boolean> => {
    const button = await locateShown(page, selectors)
    await button?.first().click({ timeout: 5_000 })
    return button !== null
  }
  if (!(await press(pack.selectors.newConversation))) return
  for (let looks = 0; looks < 5 && !(await press(pack.selectors.newConversationConfirm)); looks++) await pause(200, 'no')
}
