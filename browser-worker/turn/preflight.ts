import type { Locator } from 'playwright-core'
import type { PageState } from '../page/classify-page.ts'
import { dismissDialogs } from '../page/in-page/dismiss-dialogs.ts'
import { locateShown } from '../page/locate.ts'
import { runInPage } from '../page/run-in-page.ts'
import type { PageSnapshot } from '../page/snapshot.ts'
import { lookUntilKnown } from '../page/until-known.ts'
import { laneFault } from './lane-fault.ts'
import type { Stage } from './stage.ts'
import { TurnFault } from './types.ts'

const lookMs = 250
const stableLooks = 3
/** A known thread is drawn bit by bit: once its turns stand still it gets this long for more. */
const threadMs = 1_000

/** Waits until the page is usable, is drawn and its turns stand still. Throws TurnFault: nothing was sent. */
export const settle = async (
  stage: Stage,
  isThread: boolean,
  isDrawn: (seen: PageSnapshot) => boolean = () => true,
): Promise<PageSnapshot> => {
  const wanted = isThread ? stableLooks + threadMs / lookMs : 1
  let last: PageSnapshot | undefined
  let same = 0
  const isKnown = (seen: PageSnapshot): boolean => {
    const isReady = stage.stateOf(seen).state === 'ready' && isDrawn(seen)
    same = isReady && last?.turns.length === seen.turns.length ? same + 1 : 0
    last = seen
    return same >= wanted || isClosed(stage.stateOf(seen))
  }
  const seen = await lookUntilKnown(stage.look, isKnown, { forMs: stage.pack.timing.readyMs, pause: () => stage.pause(lookMs, 'no') })
  if (same >= wanted) return seen
  const state = stage.stateOf(seen)
  if (isClosed(state)) await closeKnownDialogs(stage)
  throw state.state === 'ready' && !isDrawn(seen) ? notDrawn(seen) : laneFault(state, 'no')
}

/** Waiting for such a page is in vain. */
const isClosed = ({ state }: PageState): boolean => state !== 'ready' && state !== 'unknown' && state !== 'degraded'

const notDrawn = ({ url }: PageSnapshot): TurnFault =>
  new TurnFault('PAGE_UNKNOWN', `the conversation ${url} shows none of its turns`, { sent: 'no', retryable: true })

/** Closes the dialogs the pack knows; each has been read by then, so a rate limit is reported once and does not stand for ever. */
export const closeKnownDialogs = async ({ page, pack }: Pick<Stage, 'page' | 'pack'>): Promise<string[]> =>
  pack.dialogs.length === 0 ? [] : runInPage(page, dismissDialogs, { selectors: pack.selectors.dialog, rules: pack.dialogs })

/** Makes the settled page fit for a prompt: dialogs closed, plain chatting chosen, no draft and no attachment from before. */
export const preflight = async (stage: Stage): Promise<PageSnapshot> => {
  const closed = await closeKnownDialogs(stage)
  for (const text of closed) stage.notes.push(`a dialog was closed: ${text.slice(0, 100)}`)
  await chooseChat(stage)
  await clearAttachments(stage)
  return clearDraft(stage)
}

const chooseChat = async ({ page, pack }: Stage): Promise<void> => {
  const choice = (await locateShown(page, pack.selectors.chatMode))?.first()
  if (!choice) return
  const marks = { 'aria-checked': 'true', 'aria-selected': 'true', 'data-state': 'checked' }
  const isChosen = async () => {
    const values = await Promise.all(Object.entries(marks).map(async ([name, value]) => (await choice.getAttribute(name)) === value))
    return values.includes(true)
  }
  if (await isChosen()) return
  await choice.click({ timeout: 5_000 })
  if (!(await isChosen())) throw new TurnFault('PAGE_UNKNOWN', 'the page stays in another mode than chatting', { sent: 'no' })
}

const clearAttachments = async ({ page, pack, look, notes, pause }: Stage): Promise<void> => {
  for (let left = (await look()).chips.length; left > 0; left--) {
    const remove = await locateShown(page, pack.selectors.attachmentRemove)
    if (!remove) return
    await remove.first().click({ timeout: 3_000 })
    notes.push('an attachment left from before was taken away')
    await pause(100, 'no')
  }
}

/** Empties the composer and looks again: a draft that stays would be sent before the prompt. */
export const clearDraft = async ({ page, pack, look, notes, pause }: Stage): Promise<PageSnapshot> => {
  for (let attempt = 1; ; attempt++) {
    const seen = await look()
    if (seen.composer.textLength === 0) return seen
    if (attempt > 3) throw new TurnFault('PAGE_UNKNOWN', 'a draft in the composer cannot be cleared', { sent: 'no' })
    if (attempt === 1) notes.push(`a draft of ${seen.composer.textLength} characters was cleared`)
    const composer = await composerOf({ page, pack })
    await composer.click({ timeout: 5_000 })
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.press('Delete')
    await pause(100, 'no')
  }
}

/** The composer that is shown. Throws TurnFault PAGE_UNKNOWN when there is none any more. */
export const composerOf = async ({ page, pack }: Pick<Stage, 'page' | 'pack'>): Promise<Locator> => {
  const shown = await locateShown(page, pack.selectors.composer)
  if (!shown) throw new TurnFault('PAGE_UNKNOWN', 'the composer went away', { sent: 'no', retryable: true })
  return shown.first()
}
