import { pasteInto } from '../page/in-page/paste-into.ts'
import { readComposer } from '../page/in-page/read-composer.ts'
import { runInPage } from '../page/run-in-page.ts'
import { clearDraft, composerOf } from './preflight.ts'
import type { Stage } from './stage.ts'
import { TurnFault } from './types.ts'

/** Blanks are laid out by the field in its own way and do not count. */
const squeezed = (text: string): string => text.replace(/[\s\u200b\ufeff]+/g, '')

/** Whether a field holds the whole text and nothing else. */
export const isWhole = (field: string, text: string): boolean => squeezed(field) === squeezed(text)

/** Puts the text into the composer and reads it back whole; what it took in milliseconds. Throws TurnFault: nothing was sent. */
export const insertPrompt = async (stage: Stage, text: string): Promise<number> => {
  const began = Date.now()
  const ways = stage.pack.composer.input === 'fill' ? [fill, paste] : [type, paste]
  for (const way of ways) {
    await way(stage, text)
    if (await standsThere(stage, text)) return Date.now() - began
    await clearDraft(stage)
  }
  throw new TurnFault('PAGE_UNKNOWN', `the composer does not take the prompt of ${text.length} characters as it is`, {
    sent: 'no',
    retryable: true,
  })
}

/** As an input method types it: at once, without a key that could send. */
const type = async ({ page, pack }: Stage, text: string): Promise<void> => {
  const composer = await composerOf({ page, pack })
  await composer.click({ timeout: 5_000 })
  await composer.focus()
  await page.keyboard.insertText(text)
}

const fill = async ({ page, pack }: Stage, text: string): Promise<void> => {
  const composer = await composerOf({ page, pack })
  await composer.click({ timeout: 5_000 })
  await composer.fill(text, { timeout: pack.timing.insertMs })
}

const paste = async ({ page, pack }: Stage, text: string): Promise<void> => {
  await runInPage(page, pasteInto, { composer: pack.selectors.composer, text })
}

const standsThere = async ({ page, pack, pause }: Stage, text: string): Promise<boolean> => {
  const end = Date.now() + 2_000
  for (;;) {
    if (isWhole(await runInPage(page, readComposer, { composer: pack.selectors.composer }), text)) return true
    if (Date.now() > end) return false
    await pause(50, 'no')
  }
}
