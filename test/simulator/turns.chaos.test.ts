import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startSimulator } from '../../simulator/simulator.ts'
import { noBrowser } from '../support/browser.ts'
import { ask, copied, openAndAsk, openContext, selectors, standIn } from './stand-in-page.ts'

const quick = { thinking: { ms: 0 }, streaming: { charactersPerSecond: 20_000 }, transientUrlMs: 0 }
const markdown = '# Plan\n\n- one **bold** point\n\n```ts\nconst a = 1 < 2\n```\n'

describe('a turn on the stand-in page', { skip: noBrowser, concurrency: 2 }, () => {
  test('it thinks with changing labels, streams, ends with its action bar, and the copy gives the Markdown', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({
      answer: markdown,
      thinking: { ms: 8_000, labels: ['Reading', 'Weighing'] },
      commentary: ['I look first.'],
      streaming: { charactersPerSecond: 10 },
    })
    await openAndAsk({ simulator, page }, 'What now?')
    await page.waitForSelector(`${selectors.thinking} >> text=Reading`)
    await page.waitForSelector(`${selectors.thinking} >> text=Weighing`)
    assert.equal(await page.locator(selectors.copy).count(), 0)
    await page.waitForSelector(`${selectors.status}:not([aria-busy]) >> text=Thought for 8s`)
    await page.waitForSelector(`body:has(${selectors.answer}.result-streaming):has(${selectors.stop})`)
    await page.waitForSelector(selectors.copy)
    assert.equal(await page.locator(selectors.stop).count(), 0)
    assert.equal(await page.textContent(`${selectors.status} .markdown`), 'I look first.')
    assert.equal(await page.textContent(`${selectors.answer} code.language-ts`), 'const a = 1 < 2\n')
    assert.equal(await copied(page), markdown)
    assert.deepEqual(
      simulator.facts().prompts.map(({ text, outcome, countInConversation }) => [text, outcome, countInConversation]),
      [['What now?', 'accepted', 1]],
    )
  })

  test('a new conversation has a passing address first', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, transientUrlMs: 1_500, answer: 'one' }, { ...quick, answer: 'two' })
    await openAndAsk({ simulator, page }, 'first')
    await page.waitForURL(/\/c\/WEB:/)
    await page.waitForURL(/\/c\/[\w-]+$/)
    await page.waitForSelector(selectors.copy)
    await ask(page, 'second')
    await page.waitForSelector('[data-testid="conversation-turn-4"] >> text=two')
    const [first, second] = simulator.facts().prompts
    assert.deepEqual([second?.conversation, second?.countInConversation], [first?.conversation, 2])
  })

  test('a reload in mid-thought, and a second browser, go on where it stands', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ answer: 'done', thinking: { ms: 600_000 }, transientUrlMs: 0 })
    await openAndAsk({ simulator, page }, 'think')
    await page.waitForSelector(selectors.thinking)
    await page.waitForURL(/\/c\//)
    await page.reload()
    await page.waitForSelector(selectors.thinking)
    const other = await (await openContext(t)).newPage()
    await other.goto(page.url())
    await other.waitForSelector(selectors.thinking)
    await page.click('text=Answer now')
    await Promise.all([page.waitForSelector(selectors.copy), other.waitForSelector(selectors.copy)])
    assert.deepEqual([await page.textContent(selectors.answer), simulator.facts().prompts.length], ['done', 1])
  })

  test('when its tab is killed, a new one goes on in mid-thought', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ answer: 'done', thinking: { ms: 600_000 }, transientUrlMs: 0 })
    await openAndAsk({ simulator, page }, 'think')
    await page.waitForURL(/\/c\//)
    const devTools = await page.context().newCDPSession(page)
    const crashed = page.waitForEvent('crash')
    devTools.send('Page.crash').catch(() => undefined)
    await crashed
    const next = await page.context().newPage()
    await next.goto(page.url())
    await next.waitForSelector(selectors.thinking)
    await next.click('text=Answer now')
    await next.waitForSelector(selectors.copy)
    assert.equal(simulator.facts().prompts.length, 1)
  })

  test('a restart of the stand-in with the same state goes on in mid-thought, on the open page too', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'stand-in-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const statePath = join(folder, 'state.json')
    const page = await (await openContext(t)).newPage()
    const first = await startSimulator({ statePath, answer: () => new Promise(() => {}) })
    first.queueScripts({ thinking: { ms: 3_000 } })
    await openAndAsk({ simulator: first, page }, 'think')
    await page.waitForSelector(selectors.thinking)
    await first[Symbol.asyncDispose]()
    await using second = await startSimulator({
      statePath,
      port: Number(new URL(first.url).port),
      answer: (prompt) => `answered: ${prompt}`,
    })
    await page.waitForSelector(selectors.copy)
    assert.equal(await page.textContent(selectors.answer), 'answered: think')
    assert.equal(second.facts().prompts.length, 1)
  })

  test('Enter sends, shift and Enter make a line, and events of a script send nothing', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setDefaultScript({ ...quick, answer: 'ok' })
    await page.goto(simulator.url)
    await page.click(selectors.composer)
    await page.keyboard.type('one')
    await page.$eval(selectors.send, (button) => (button as unknown as { click(): void }).click())
    await page.dispatchEvent(selectors.composer, 'keydown', { key: 'Enter' })
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two')
    await page.keyboard.press('Enter')
    await page.waitForSelector(selectors.copy)
    assert.deepEqual(
      simulator.facts().prompts.map(({ text }) => text),
      ['one\ntwo'],
    )
    assert.equal(await page.textContent(selectors.composer), '')
  })

  test('the action bar is late, or missing though the answer is there', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts(
      { ...quick, answer: 'a', actionBar: { lateMs: 4_000 } },
      { ...quick, answer: 'bb', actionBar: { missing: true } },
    )
    await openAndAsk({ simulator, page }, 'one')
    await page.waitForSelector(`${selectors.assistantTurn} .markdown:not(.result-streaming) >> text=a`)
    assert.equal(await page.locator(selectors.copy).count(), 0)
    await page.waitForSelector(selectors.copy)
    await ask(page, 'two')
    await page.waitForSelector(`[data-testid="conversation-turn-4"] .markdown:not(.result-streaming) >> text=bb`)
    await page.waitForSelector(selectors.send)
    assert.equal(await page.locator(selectors.copy).count(), 1)
  })

  test('an answer without a text on the page has it after the copy', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, answer: 'hidden words', emptyUntilCopied: true })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(selectors.copy)
    assert.equal(await page.textContent(`${selectors.assistantTurn} .markdown`), '')
    assert.equal(await copied(page), 'hidden words')
    await page.waitForSelector(`${selectors.assistantTurn} .markdown >> text=hidden words`)
    simulator.setMode({ copyBy: 'write' })
    await page.reload()
    await page.waitForSelector(selectors.copy)
    assert.equal(await copied(page), 'hidden words')
  })

  test('a turn that went wrong shows it with Retry, and a retry is no second prompt', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, answer: 'half of it', error: { at: 'middle' } }, { ...quick, answer: 'whole' })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(`${selectors.assistantTurn} [role=alert] >> text=Something went wrong`)
    assert.equal(await page.textContent(`${selectors.assistantTurn} .markdown`), 'half')
    await page.click('text=Retry')
    await page.waitForSelector(selectors.copy)
    const { prompts, clicks } = simulator.facts()
    assert.deepEqual([await page.textContent(`${selectors.assistantTurn} .markdown`), prompts.length, clicks.retry], ['whole', 1, 1])
  })

  test('a rate dialog before the commit leaves the prompt in the composer, one after it a turn without an answer', async (t) => {
    const { simulator, page } = await standIn(t)
    const resetText = 'Try again after 15:40.'
    simulator.queueScripts({ ...quick, rateDialog: { resetText } }, { ...quick, rateDialog: { when: 'after-commit' } })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(`${selectors.dialog} >> text=${resetText}`)
    assert.deepEqual([await page.textContent(selectors.composer), await page.locator(selectors.userTurn).count()], ['go', 0])
    await page.click('text=Got it')
    await page.click(selectors.send)
    await page.waitForSelector(`${selectors.dialog} >> text=making requests too quickly`)
    assert.deepEqual([await page.locator(selectors.userTurn).count(), await page.locator(selectors.assistantTurn).count()], [1, 0])
    assert.deepEqual(
      simulator.facts().prompts.map(({ outcome }) => outcome),
      ['rate_limited', 'accepted'],
    )
  })

  test('words of a rate limit inside an answer are only words', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, answer: "Too many requests: You're making requests too quickly." })
    await openAndAsk({ simulator, page }, 'quote it')
    await page.waitForSelector(selectors.copy)
    assert.equal(await page.locator('[role=dialog], [role=alert]').count(), 0)
  })

  test('a stuck turn thinks on until it is stopped; "Answer now" ends a thought', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, stuck: true, thinking: { ms: 100 } }, { ...quick, answer: 'now', thinking: { ms: 600_000 } })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(selectors.thinking)
    await page.click(selectors.stop)
    await page.waitForSelector(selectors.copy)
    await ask(page, 'again')
    await page.click('text=Answer now')
    await page.waitForSelector('[data-testid="conversation-turn-4"] .markdown >> text=now')
    assert.deepEqual([simulator.facts().clicks.stop, simulator.facts().clicks.answerNow], [1, 1])
  })
})

// Beside no other, for its time is measured.
test('50,000 characters in lines go in within a second and arrive as they are', { skip: noBrowser }, async (t) => {
  const { simulator, page } = await standIn(t)
  simulator.setDefaultScript({ ...quick, answer: 'ok' })
  const text = Array.from({ length: 1_000 }, (_, line) => `${line} ${'x'.repeat(45)}`)
    .join('\n')
    .padEnd(50_000, 'y')
  await page.goto(simulator.url)
  await page.click(selectors.composer)
  const started = performance.now()
  await page.keyboard.insertText(text)
  const took = performance.now() - started
  await page.click(selectors.send)
  await page.waitForSelector(selectors.userTurn)
  assert.equal(simulator.facts().prompts[0]?.text, text)
  assert.ok(took < 1_000, `it took ${took} ms`)
})
