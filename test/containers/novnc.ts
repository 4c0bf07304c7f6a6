import assert from 'node:assert/strict'
import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from '../../infra/setup/find-browser.mjs'

/** Why nobody can look through noVNC here, in words; false when somebody can. */
export const noBrowserHere = (): string | false =>
  findBrowser(process.env) === null ? 'there is no browser on this machine to open noVNC with' : false

const screen = { width: 1500, height: 1080 }

const open = async (): Promise<Browser> => {
  const executablePath = findBrowser(process.env)
  assert.ok(executablePath)
  const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update']
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0, args: [...args, '--disable-sync'] })
}

/** Opens noVNC with a password as a person would; gives what the page then says: 'connected', or why not. */
const connected = async (browser: Browser, url: string, password: string) => {
  const page = await browser.newPage({ viewport: screen })
  await page.goto(`${url}/vnc.html?autoconnect=true&resize=scale`)
  await page.locator('#noVNC_password_input').fill(password)
  await page.keyboard.press('Enter')
  const refusal = page.locator('#noVNC_status.noVNC_status_error')
  await page.locator('.noVNC_connected').or(refusal).first().waitFor({ state: 'attached', timeout: 20_000 })
  return { page, outcome: (await refusal.count()) > 0 ? `${await refusal.textContent()}` : 'connected' }
}

/** What noVNC says to this password. */
export const novncSays = async (url: string, password: string): Promise<string> => {
  const browser = await open()
  try {
    return (await connected(browser, url, password)).outcome
  } finally {
    await browser.close()
  }
}

/**
 * Signs in at the stand-in page by hand, through noVNC: its button is the first thing that Tab reaches from the empty page.
 * Ends when `isDone` says so; tries again while the page in there is still loading.
 */
export const signInByHand = async (url: string, password: string, isDone: () => Promise<boolean>): Promise<void> => {
  const browser = await open()
  try {
    const { page, outcome } = await connected(browser, url, password)
    assert.equal(outcome, 'connected')
    for (const until = Date.now() + 60_000; !(await isDone()); await page.waitForTimeout(1500)) {
      assert.ok(Date.now() < until, 'nobody is signed in after a minute')
      await page.mouse.click(screen.width / 2, screen.height * 0.65)
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
    }
  } finally {
    await browser.close()
  }
}
