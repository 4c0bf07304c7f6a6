import type { TestContext } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.ts'
import { sharedBrowser } from '../support/shared-browser.ts'

/** A new profile of the browser, gone with the test. */
export const openContext = async (t: TestContext): Promise<BrowserContext> => {
  const context = await (await sharedBrowser()).newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  context.setDefaultTimeout(10_000)
  t.after(() => context.close())
  return context
}

export interface StandIn {
  readonly simulator: Simulator
  readonly page: Page
}

/** A stand-in with a page that is not there yet; both end with the test. */
export const standIn = async (t: TestContext, options: SimulatorOptions = {}): Promise<StandIn> => {
  const simulator = await startSimulator(options)
  t.after(() => simulator[Symbol.asyncDispose]())
  return { simulator, page: await (await openContext(t)).newPage() }
}

export const selectors = {
  composer: '#prompt-textarea',
  send: 'button[data-testid="send-button"]',
  stop: '[data-testid="stop-button"]',
  copy: 'button[data-testid="copy-turn-action-button"]',
  thinking: '[data-streaming-response-status][aria-busy="true"]',
  status: '[data-streaming-response-status]',
  answer: '[data-streaming-response-status] ~ .markdown',
  userTurn: '[data-testid^="conversation-turn-"][data-turn="user"]',
  assistantTurn: '[data-testid^="conversation-turn-"][data-turn="assistant"]',
  dialog: '[role=dialog]',
  model: '[data-testid="model-switcher-dropdown-button"]',
} as const

/** Types as a person does: a click, the text at once, a click. */
export const ask = async (page: Page, text: string): Promise<void> => {
  await page.click(selectors.composer)
  await page.keyboard.insertText(text)
  await page.click(selectors.send)
}

/** Opens the page and asks. */
export const openAndAsk = async ({ page, simulator }: StandIn, text: string): Promise<void> => {
  await page.goto(simulator.url)
  await ask(page, text)
}

/** The pages of a browser have one clipboard: one copies and reads at a time. */
let clipboard: Promise<unknown> = Promise.resolve()

/** What the copy button of the last turn gives; the page tells its server when the copy is made. */
export const copied = (page: Page): Promise<string> => {
  const copy = async (): Promise<string> => {
    await page.evaluate(() => navigator.clipboard.writeText(''))
    await Promise.all([page.waitForResponse(/act=copy/), page.locator(selectors.copy).last().click()])
    return page.evaluate(() => navigator.clipboard.readText())
  }
  const text = clipboard.then(copy)
  clipboard = text.catch(() => undefined)
  return text
}
