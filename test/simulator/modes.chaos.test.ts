import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { ask, openAndAsk, selectors, standIn } from './stand-in-page.ts'

const quick = { answer: 'done', thinking: { ms: 0 }, streaming: { charactersPerSecond: 20_000 }, transientUrlMs: 0 }
const fileOf = (name: string, text = 'hello') => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) })
const fetchStatus = (page: Page, path: string): Promise<[number, unknown]> =>
  page.evaluate(async (address) => {
    const answer = await fetch(address)
    return [answer.status, await answer.json()]
  }, path)

describe('the stand-in page as a whole', { skip: noBrowser, concurrency: 2 }, () => {
  test('a login is wanted, one click gives it, and it stays with the profile', async (t) => {
    const { simulator, page } = await standIn(t, { login: true })
    await page.goto(`${simulator.url}/c/any`)
    assert.equal(new URL(page.url()).pathname, '/auth/login')
    assert.deepEqual(await fetchStatus(page, '/api/auth/session'), [200, {}])
    assert.equal((await fetchStatus(page, '/backend-api/me'))[0], 401)
    await page.click('[data-testid="login-button"]')
    await page.waitForSelector('[data-testid="accounts-profile-button"]')
    assert.equal((await fetchStatus(page, '/backend-api/me'))[0], 200)
    simulator.reset()
    await page.reload()
    await page.waitForSelector(selectors.composer)
  })

  test('a session that is lost in mid-turn leads to the login; the answer is there after it', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, thinking: { ms: 6_000 }, sessionLostAfterMs: 4_000 })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(selectors.thinking)
    await page.waitForURL(/\/auth\/login$/)
    await page.click('[data-testid="login-button"]')
    await page.click('[data-testid="history-item-0"]')
    await page.waitForSelector(selectors.copy)
    assert.equal(simulator.facts().prompts.length, 1)
  })

  test('a strong challenge is a page of its own and goes after its time; a weak one is a script on the normal page', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ challenge: {} })
    assert.equal((await page.goto(simulator.url))?.status(), 403)
    assert.match(await page.title(), /^Just a moment/)
    assert.equal(await page.locator('#challenge-form').count(), 1)
    simulator.setMode({ challenge: { ms: 1 } })
    await page.waitForSelector(selectors.composer)
    simulator.setMode({ challenge: { signal: 'weak' } })
    await page.reload()
    await page.waitForSelector(selectors.send)
    assert.equal(await page.locator('script[src*="/cdn-cgi/challenge-platform/"]').count(), 1)
  })

  test('a challenge in mid-turn shows at once on the open page; a person ends it', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, thinking: { ms: 60_000 } })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(selectors.thinking)
    simulator.setMode({ challenge: {} })
    await page.click('#challenge-form button')
    await page.waitForSelector(selectors.thinking)
    assert.deepEqual([simulator.facts().clicks.challenge, simulator.facts().prompts.length], [1, 1])
  })

  test('a blocked account has no composer', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ blocked: true })
    await page.goto(simulator.url)
    assert.match((await page.textContent('[role=alert]')) ?? '', /suspicious activity/)
    assert.equal(await page.locator(selectors.composer).count(), 0)
  })

  test('a rate-limited page says so on load and refuses every send, until its time is over', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ rateLimited: { resetText: 'Back at 10:00.' } })
    await page.goto(simulator.url)
    await page.waitForSelector(`${selectors.dialog} >> text=Back at 10:00.`)
    await page.click('text=Got it')
    await ask(page, 'go')
    await page.click('text=Got it')
    simulator.setMode({ rateLimited: null })
    await page.click(selectors.send)
    await page.waitForSelector(selectors.copy)
    assert.deepEqual(
      simulator.facts().prompts.map(({ outcome }) => outcome),
      ['rate_limited', 'accepted'],
    )
  })

  test('a message that is too long is refused with an alert', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ messageLimit: 10 })
    await openAndAsk({ simulator, page }, 'x'.repeat(11))
    await page.waitForSelector('[role=alert] >> text=too long')
    assert.equal(await page.textContent(selectors.composer), 'x'.repeat(11))
  })

  test('a stale draft is in the composer at load, and what was typed is one after a reload', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setDraft('left over\nfrom yesterday')
    await page.goto(simulator.url)
    await page.waitForSelector(`${selectors.composer} p >> text=from yesterday`)
    const saved = page.waitForResponse('**/backend-api/draft')
    await page.fill(selectors.composer, 'typed today')
    await saved
    await page.reload()
    await page.waitForSelector(`${selectors.composer} p >> text=typed today`)
  })

  test('in another language the labels differ and the test ids stay', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ locale: 'de' })
    simulator.queueScripts({ ...quick, thinking: { ms: 4_000 } })
    await openAndAsk({ simulator, page }, 'los')
    await page.waitForSelector(`${selectors.thinking} >> text=/Nachdenken|Frage|Antwort/`)
    await page.waitForSelector('text=/lang nachgedacht/')
    assert.equal(await page.getAttribute(selectors.send, 'aria-label'), 'Prompt senden')
  })

  test('a model and an effort are chosen in the menu', async (t) => {
    const { simulator, page } = await standIn(t)
    await page.goto(simulator.url)
    await page.click(selectors.model)
    await page.focus('[data-model-reasoning-effort-slider] [role=slider]')
    await page.keyboard.press('End')
    await page.click('[data-testid="composer-intelligence-picker-content"] [role=menuitemradio] >> text=Pro')
    await page.waitForSelector(`${selectors.model} >> text=Pro`)
    await ask(page, 'go')
    await page.waitForSelector(selectors.copy)
    const [prompt] = simulator.facts().prompts
    assert.deepEqual([prompt?.model, prompt?.effort], ['stand-in-pro', 'Heavy'])
  })

  test('efforts can be pills, and a row can be disabled with a notice', async (t) => {
    const { simulator, page } = await standIn(t)
    const models = [
      { slug: 'stand-in-thinking', name: 'Thinking' },
      { slug: 'stand-in-pro', name: 'Pro', disabledNotice: 'Resets tomorrow' },
    ]
    simulator.setMode({ effortControl: 'pills', models })
    await page.goto(simulator.url)
    await page.click('button.__composer-pill[aria-haspopup=menu]')
    await page.click('[role=menuitemradio] >> text=Extended')
    await page.waitForSelector('.__composer-pill >> text=Extended')
    await page.click(selectors.model)
    await page.waitForSelector('[role=menuitemradio][aria-disabled=true] >> text=Resets tomorrow')
  })

  test('a silent downgrade comes with the choice, or with the send', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ downgradeTo: 'stand-in-instant' })
    await page.goto(simulator.url)
    await page.click(selectors.model)
    await page.click('[role=menuitemradio] >> text=Pro')
    await page.waitForSelector(`${selectors.model} >> text=Instant`)
    simulator.queueScripts({ ...quick, downgradeTo: 'stand-in-thinking' })
    await ask(page, 'go')
    await page.waitForSelector(`${selectors.model} >> text=Thinking`)
    assert.equal(await page.getAttribute('[data-message-author-role=assistant]', 'data-message-model-slug'), 'stand-in-thinking')
  })

  test('a marketing dialog is in the way until it is dismissed, and the work switch tells where it stood', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ marketing: true, workSwitch: 'work' })
    simulator.setDefaultScript(quick)
    await page.goto(simulator.url)
    await page.click(`${selectors.dialog} >> text=Not now`)
    await page.waitForSelector(selectors.dialog, { state: 'detached' })
    await ask(page, 'one')
    await page.waitForSelector(selectors.copy)
    await page.click('[role=radio] >> text=Chat')
    await ask(page, 'two')
    await page.waitForSelector('[data-testid="conversation-turn-4"] .markdown')
    assert.deepEqual(
      simulator.facts().prompts.map(({ work }) => work),
      [true, false],
    )
  })

  test('a temporary chat has no address and no place in the history, and a reload loses it', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setDefaultScript(quick)
    await page.goto(`${simulator.url}/?temporary-chat=true`)
    await ask(page, 'secret')
    await page.waitForSelector(selectors.copy)
    assert.equal(new URL(page.url()).search, '?temporary-chat=true')
    assert.equal(await page.locator('[data-testid^="history-item-"]').count(), 0)
    await page.reload()
    await page.waitForSelector(selectors.send)
    assert.deepEqual([await page.locator(selectors.userTurn).count(), simulator.facts().prompts[0]?.temporary], [0, true])
  })

  test('files show chips that load, go with the prompt, and are told by their hash', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ upload: { ms: 4_000 } })
    await page.goto(simulator.url)
    await page.click(selectors.composer)
    await page.keyboard.insertText('see the files')
    await page.setInputFiles('#upload-files', [fileOf('a.md'), fileOf('b.md', 'other')])
    await page.waitForSelector('[role=group][aria-label="b.md"][data-state=loading]')
    assert.equal(await page.locator(`${selectors.send}:disabled`).count(), 1)
    await page.waitForSelector('[role=group][aria-label="a.md"][data-state=ready]')
    await page.click(selectors.send)
    await page.waitForSelector(selectors.userTurn)
    const files = simulator.facts().prompts[0]?.files.map(({ name, size, sha256 }) => [name, size, sha256.slice(0, 8)])
    assert.deepEqual(files?.toSorted(), [
      ['a.md', 5, '2cf24dba'],
      ['b.md', 5, 'd9298a10'],
    ])
  })

  test('a file that fails or is too large goes with an alert', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ upload: { outcome: 'failed', maxBytes: 10 } })
    await page.goto(simulator.url)
    await page.waitForSelector(selectors.send)
    await page.setInputFiles('#upload-files', fileOf('large.md', 'x'.repeat(11)))
    await page.waitForSelector('[role=alert] >> text=File too large: large.md')
    await page.setInputFiles('#upload-files', fileOf('bad.md'))
    await page.waitForSelector('[role=alert] >> text=Upload failed: bad.md')
    assert.equal(await page.locator('[data-testid="attachment-chip"]').count(), 0)
  })
})
