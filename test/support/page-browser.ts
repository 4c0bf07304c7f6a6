import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { sharedBrowser } from './shared-browser.ts'

/** Chromium as a person's browser. Whatever it complains of, and whatever a policy stopped, fails the test. */

export interface Visit {
  /** The narrow screen of a phone. */
  readonly isPhone?: boolean
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
  /** Answers of the server that the browser may call an error on its console. */
  readonly expected?: readonly number[]
}

/** Opens a browser's profile, lets the test use its one page, and holds against it everything that went wrong on the way. */
export const visit = async (
  url: string,
  { isPhone, expected = [], ...options }: Visit,
  use: (page: Page) => Promise<void>,
): Promise<void> => {
  const browser = await sharedBrowser()
  const viewport = isPhone ? { width: 360, height: 740 } : { width: 1200, height: 850 }
  const context = await browser.newContext({ baseURL: url, viewport, ...options })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(`an error nobody caught: ${error.message}`))
    page.on('dialog', (dialog) => {
      faults.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('console', (message) => {
      const isExpected = expected.some((code) => message.text().includes(`status of ${code}`))
      if (['error', 'warning'].includes(message.type()) && !isExpected) faults.push(`${message.type()}: ${message.text()}`)
    })
    await use(page)
    assert.deepEqual(faults, [])
  } finally {
    await context.close()
  }
}

/** How far the page reaches beyond the right edge of the screen, in pixels. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Presses a key once the page listens to keys. */
export const press = async (page: Page, key: string): Promise<void> => {
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press(key)
}
