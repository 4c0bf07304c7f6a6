import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'

/** Between two questions to a page. */
const everyMs = 1_000
/** A page is silent after two of these: a process of ours that stood still itself finds the first over and the answer on its way. */
const sliceMs = 3_000

/** Milliseconds a page may take to answer, after which it counts as frozen. */
export const silentMs = 2 * sliceMs

/** Whether the page's own thread answers in time. That it cannot, because it navigates or is closed, is an answer too. */
export const answers = async (page: Page): Promise<boolean> => {
  const asked = page.evaluate('1').then(
    () => true,
    () => true,
  )
  const patience = () => sleep(sliceMs, false, { ref: false })
  return (await Promise.race([asked, patience()])) || Promise.race([asked, patience()])
}

/** Asks the page again and again until the signal aborts, and tells once when it does not answer. */
export const watchPulse = async (page: Page, signal: AbortSignal, onSilent: () => void): Promise<void> => {
  while (!signal.aborted) {
    if (!(await answers(page))) return signal.aborted ? undefined : onSilent()
    await sleep(everyMs, undefined, { ref: false })
  }
}
