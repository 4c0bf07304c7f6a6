import { after } from 'node:test'
import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from '../../infra/setup/find-browser.mjs'

const executablePath = findBrowser(process.env)

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
let browser: Promise<Browser> | undefined
after(async () => (await browser)?.close())

/** One Chromium for all tests of a file; each takes a context of its own. Throws where there is no browser. */
export const sharedBrowser = (): Promise<Browser> => {
  if (executablePath === null) throw new Error('there is no browser: the test should have been skipped')
  browser ??= chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0, args: flags })
  return browser
}
