import { locateShown } from '../page/locate.ts'
import { matchesAny } from '../sites/site-pack.ts'
import { composerOf } from './preflight.ts'
import { isWholeText } from './prompt-text.ts'
import type { Stage } from './stage.ts'
import { TurnFault } from './types.ts'

const withFilesMs = 45_000

/**
 * Sends what stands in the composer by one trusted click, or by Enter where the page has no button. `record` must be durable before it
 * returns and comes right before the click; after it nothing here tries a second time unless the whole prompt still stands in the composer.
 */
export const sendPrompt = async (stage: Stage, text: string, hasFiles: boolean, record: () => Promise<void>): Promise<void> => {
  const { page, pack } = stage
  const composer = await composerOf({ page, pack })
  if (pack.selectors.send.length === 0) {
    await record()
    await composer.press('Enter', { timeout: 5_000 })
    return
  }
  await untilEnabled(stage, hasFiles ? withFilesMs : pack.timing.sendReadyMs)
  const button = (await locateShown(page, pack.selectors.send))?.first()
  if (!button) throw new TurnFault('PAGE_UNKNOWN', 'the send button went away', { sent: 'no', retryable: true })
  await record()
  try {
    await button.click({ timeout: 5_000, noWaitAfter: true })
  } catch (error) {
    // Once the mouse has moved on it, the page may have taken the click, however late it shows it.
    if (/performing click action/.test(String(error))) return
    const seen = await stage.look()
    const isUntouched = isWholeText(seen.composer, text) && !seen.stop && seen.send.present
    if (!isUntouched) return
    stage.notes.push(`the send button could not be clicked and Enter was pressed: ${String(error).split('\n')[0]}`)
    await composer.press('Enter', { timeout: 5_000 })
  }
}

const untilEnabled = async (stage: Stage, waitMs: number): Promise<void> => {
  const { texts } = stage.pack
  for (const end = Date.now() + waitMs; ; ) {
    const seen = await stage.look()
    if (seen.send.enabled) return
    const tooLong = seen.notices.find(({ text }) => matchesAny(texts.tooLong, text))
    if (tooLong) throw new TurnFault('MESSAGE_TOO_LONG', `the page says: ${tooLong.text.slice(0, 200)}`, { sent: 'no' })
    if (Date.now() > end) {
      const what = seen.send.present ? 'the send button stays disabled' : 'there is no send button'
      throw new TurnFault('PAGE_UNKNOWN', `${what} after ${waitMs / 1000} s`, { sent: 'no', retryable: true })
    }
    await stage.pause(100, 'no')
  }
}
