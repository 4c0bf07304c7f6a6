import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ScriptInput } from '../../../browser-worker/simulator/script.ts'
import { diagnose, readPageState, reattach, siteReport } from '../../../browser-worker/turn/turn.ts'
import { PageLost, TurnFault, type TurnRequest } from '../../../browser-worker/turn/types.ts'
import { heardTurn } from '../../support/browser.ts'
import { onScene, SCENES } from './scenes.ts'

const quick: ScriptInput = { thinking: { ms: 300 }, streaming: { charactersPerSecond: 2_000 } }
const ask = (prompt: string, more: Partial<TurnRequest> = {}): TurnRequest => ({
  prompt,
  files: [],
  conversation: { kind: 'new' },
  ...more,
})
const faultOf = async (turn: Promise<unknown>): Promise<TurnFault> => {
  const [result] = await Promise.allSettled([turn])
  assert.ok(result.status === 'rejected' && result.reason instanceof TurnFault, `no fault of a turn: ${JSON.stringify(result)}`)
  return result.reason
}
const until = async (isSo: () => boolean): Promise<void> => {
  for (const end = Date.now() + 10_000; !isSo(); await sleep(20)) assert.ok(Date.now() < end, 'it did not come within 10 s')
}

describe('a turn', { concurrency: SCENES }, () => {
  onScene('a turn is recorded before its one send and brings the answer as the page copies it', async ({ page, take, prompts }) => {
    const answer = '# Plan\n\nDo `this`:\n\n```ts\nconst a = 1\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |'
    page.queueScripts({ ...quick, answer, commentary: ['I look around first'] })
    const heard = heardTurn()
    const turn = await take(ask('What is the plan?'), heard)
    assert.equal(turn.markdown, answer)
    assert.match(turn.html, /<table/)
    assert.ok(!turn.text.includes('look around') && !turn.html.includes('look around'), 'the commentary is in the answer')
    assert.equal(turn.degraded, false)
    assert.deepEqual(heard.told.slice(0, 2), ['sending', 'sent'])
    assert.match(heard.places.at(-1)?.url ?? '', /\/c\/[\w-]+$/)
    assert.ok(turn.screenshot.byteLength > 1_000 && turn.dom.includes('<table'))
    assert.deepEqual(
      prompts().map(({ text }) => text),
      ['What is the plan?'],
    )
  })

  onScene('partial Markdown only ever grows, and the labels of the thinking are told', async ({ page, take }) => {
    const paragraphs = Array.from({ length: 6 }, (_, index) => `Paragraph ${index} of the answer.`).join('\n\n')
    page.queueScripts({
      answer: paragraphs,
      thinking: { ms: 1_200, labels: ['Reading', 'Checking'] },
      streaming: { charactersPerSecond: 50 },
    })
    const heard = heardTurn()
    await take(ask('Tell me more'), heard)
    assert.ok(heard.partials.length >= 2, `${heard.partials.length} partials`)
    heard.partials.reduce((shorter, longer) => {
      assert.ok(longer.startsWith(shorter))
      return longer
    })
    assert.deepEqual(heard.labels, ['Reading', 'Checking'])
  })

  for (const size of [5_000, 50_000]) {
    onScene(`${size} characters arrive whole`, async ({ page, take, prompts }, t) => {
      page.setDefaultScript(quick)
      const prompt = 'A line with ümläut & <b>brackets</b>, 数字 and "quotes".\n'.repeat(1_000).slice(0, size - 1) + '.'
      const { timings } = await take(ask(prompt))
      assert.equal(prompts()[0]?.text, prompt)
      t.diagnostic(`${size} characters stood in the composer after ${timings.insertMs} ms`)
    })
  }

  onScene('a longer prompt goes as a file, beside the other files', async ({ page, take, prompts }) => {
    page.setDefaultScript(quick)
    const bytes = new TextEncoder().encode('hello')
    await take(ask('z'.repeat(50_001), { files: [{ name: 'notes.txt', contentType: 'text/plain', bytes }] }))
    const [prompt] = prompts()
    assert.deepEqual(prompt?.files.map(({ size }) => size).sort(), [5, 50_001])
    assert.match(prompt?.text ?? '', /attached file request-\w+\.md/)
  })

  onScene('an old draft is cleared, a dialog in the way is closed, and plain chatting is chosen', async ({ page, take, prompts }) => {
    page.setMode({ marketing: true, workSwitch: 'work' })
    page.setDefaultScript(quick)
    page.setDraft('an old draft')
    const { notes } = await take(ask('Fresh'))
    assert.deepEqual(
      prompts().map(({ text, work }) => ({ text, work })),
      [{ text: 'Fresh', work: false }],
    )
    assert.equal(notes.length, 2)
  })

  onScene('model and effort are chosen and verified', async ({ page, take, prompts }) => {
    page.setDefaultScript(quick)
    await take(ask('One', { model: 'stand-in-pro', effort: 'Heavy' }))
    assert.deepEqual(
      prompts().map(({ model, effort }) => [model, effort]),
      [['stand-in-pro', 'Heavy']],
    )
  })

  onScene(
    'a model that is not offered, or that the page replaces silently, is an error and nothing is sent',
    async ({ page, take, prompts }) => {
      const missing = await faultOf(take(ask('One', { model: 'no-such-model' })))
      page.setMode({ downgradeTo: 'stand-in-instant' })
      const replaced = await faultOf(take(ask('Two', { model: 'stand-in-pro' })))
      assert.deepEqual([missing.code, replaced.code, missing.sent, replaced.sent], ['MODEL_UNAVAILABLE', 'MODEL_UNAVAILABLE', 'no', 'no'])
      assert.deepEqual(prompts(), [])
    },
  )

  onScene('an answer of another model than the chosen one is an error', async ({ page, take }) => {
    page.queueScripts({ ...quick, downgradeTo: 'stand-in-instant' })
    const fault = await faultOf(take(ask('One', { model: 'stand-in-pro' })))
    assert.deepEqual([fault.code, fault.sent], ['MODEL_UNAVAILABLE', 'yes'])
  })

  onScene('a bar that is missing is outlived, as degraded; a text that only the copy has is found', async ({ page, take }) => {
    page.queueScripts(
      { ...quick, answer: 'No bar', actionBar: { missing: true } },
      { ...quick, answer: 'Only copied', emptyUntilCopied: true },
    )
    const first = await take(ask('One'))
    const second = await take(ask('Two'))
    assert.deepEqual([first.markdown, first.degraded], ['No bar', true])
    assert.equal(second.markdown, 'Only copied')
  })

  onScene('words of limits and errors in an answer are an answer', async ({ page, take }) => {
    const answer = 'Too many requests. You reached your limit. Something went wrong. Verify you are human.'
    page.queueScripts({ ...quick, answer })
    assert.equal((await take(ask('What does a limit say?'))).markdown, answer)
  })

  onScene('an error on the page ends the turn at once', async ({ page, take }) => {
    page.queueScripts({ ...quick, error: { at: 'start' } })
    const began = Date.now()
    const fault = await faultOf(take(ask('One')))
    assert.deepEqual([fault.code, fault.sent], ['ANSWER_FAILED', 'yes'])
    assert.ok(Date.now() - began < 10_000, 'it waited although the page had said so')
    assert.equal(page.facts().clicks.retry, 0)
  })

  onScene(
    'a limit before the commit refuses the prompt and names its time; the lane is ready once it was read',
    async ({ page, open, take }) => {
      page.queueScripts({ rateDialog: { when: 'before-commit', resetText: 'Try again in 5 minutes.' } })
      const heard = heardTurn()
      const fault = await faultOf(take(ask('One'), heard))
      assert.deepEqual([fault.code, fault.sent, fault.lane?.state], ['LANE_UNAVAILABLE', 'no', 'rate_limited'])
      assert.ok(fault.lane?.until && Math.abs(fault.lane.until.getTime() - Date.now() - 300_000) < 20_000)
      assert.deepEqual(heard.told, ['sending', 'refused LANE_UNAVAILABLE'])
      assert.equal((await readPageState(open.tab)).state, 'ready')
    },
  )

  onScene('a message that is too long and a file that does not load are refused by the page and not sent', async ({ page, take }) => {
    page.setMode({ messageLimit: 20, upload: { outcome: 'failed' } })
    const tooLong = await faultOf(take(ask('x'.repeat(30))))
    const files = [{ name: 'a.txt', contentType: 'text/plain', bytes: new Uint8Array([1]) }]
    const refused = await faultOf(take(ask('x', { files })))
    assert.deepEqual([tooLong.code, tooLong.sent, refused.code, refused.sent], ['MESSAGE_TOO_LONG', 'no', 'ATTACHMENT_REFUSED', 'no'])
  })

  onScene('the deadline counts from the send', async ({ page, take }) => {
    page.queueScripts({ stuck: true })
    const fault = await faultOf(take(ask('One'), heardTurn({ deadlineMs: 1_500 })))
    assert.deepEqual([fault.code, fault.sent], ['TURN_TIMEOUT', 'yes'])
  })

  onScene(
    'a killed browser fails the turn at once, comes back, and the answer is found without a second send',
    async ({ page, open, take, prompts, killBrowser }, t) => {
      page.queueScripts({ ...quick, answer: 'After the crash', thinking: { ms: 2_500 } })
      const heard = heardTurn()
      const turn = Promise.allSettled([take(ask('Survive this'), heard)])
      await until(() => heard.told.includes('sent'))
      const killed = Date.now()
      killBrowser()
      const [result] = await turn
      assert.ok(result?.status === 'rejected' && result.reason instanceof PageLost, 'the turn did not say that its page was lost')
      assert.ok(Date.now() - killed < 5_000, 'the loss was found by waiting')
      assert.equal(open.session.isAlive(), false)
      assert.equal(await open.session.recover(), 'new-browser')
      t.diagnostic(`the browser was back after ${Date.now() - killed} ms`)
      const known = { prompt: 'Survive this', conversation: { kind: 'new' as const }, sentAt: new Date(killed) }
      const again = await reattach(open.tab, known, heardTurn().hooks)
      assert.equal(again.markdown, 'After the crash')
      assert.deepEqual(again.notes, ['the turn was found by the list of conversations'])
      assert.equal(prompts().length, 1)
    },
  )

  onScene('a turn that left no trace is unknown, and is not sent again', async ({ open, prompts }) => {
    const known = { prompt: 'Never seen', conversation: { kind: 'new' as const }, sentAt: new Date() }
    const fault = await faultOf(reattach(open.tab, known, heardTurn().hooks))
    assert.deepEqual([fault.code, fault.sent], ['OUTCOME_UNKNOWN', 'unknown'])
    const temporary = await faultOf(reattach(open.tab, { ...known, conversation: { kind: 'temporary' } }, heardTurn().hooks))
    assert.equal(temporary.code, 'OUTCOME_UNKNOWN')
    assert.equal(prompts().length, 0)
  })

  onScene('a conversation is gone on with, by its url', async ({ page, take, prompts }) => {
    page.setDefaultScript(quick)
    const { place } = await take(ask('First'))
    const second = await take(ask('Second', { conversation: { kind: 'resume', url: place.url ?? '' } }))
    assert.equal(second.place.url, place.url)
    assert.deepEqual(
      prompts().map(({ countInConversation }) => countInConversation),
      [1, 2],
    )
  })

  onScene('a turn that is given up before the send sends nothing', async ({ take, prompts }) => {
    const fault = await faultOf(take(ask('One'), heardTurn({ signal: AbortSignal.abort('enough') })))
    assert.deepEqual([fault.code, fault.sent], ['CANCELLED', 'no'])
    assert.equal(prompts().length, 0)
  })

  onScene('fonts, media, advertising and telemetry never arrive, and the own images do', async ({ page, open }) => {
    await open.session.page().goto(page.url)
    await until(() => page.facts().reached.image > 0)
    const { font, media, ad, telemetry } = page.facts().reached
    assert.deepEqual({ font, media, ad, telemetry }, { font: 0, media: 0, ad: 0, telemetry: 0 })
  })

  onScene('another tab that the page opens is closed', async ({ open }) => {
    const tab = open.session.page()
    await tab.evaluate('void window.open("about:blank")')
    await until(() => tab.context().pages().length === 1)
    assert.equal(open.session.isAlive(), true)
  })

  onScene('reports on the page count hits and hold nothing of what was asked and answered', async ({ page, open, take }) => {
    page.queueScripts({ ...quick, answer: 'The secret answer' })
    await take(ask('The secret question'))
    const site = await siteReport(open.tab)
    const { report, screenshot } = await diagnose(open.tab)
    assert.equal(site.ready, true)
    assert.deepEqual([site.selectors['composer']?.by['#prompt-textarea'], site.selectors['stop']?.all], [{ all: 1, visible: 1 }, 0])
    assert.ok(site.body_preview.length <= 1_000)
    assert.ok((screenshot?.byteLength ?? 0) > 1_000)
    assert.doesNotMatch(JSON.stringify([site, report]), /secret (?:answer|question)/)
  })

  onScene(
    'a session that ends in mid-turn parks the lane, and after the login the answer is found without a second send',
    async ({ page, open, take, prompts }) => {
      page.queueScripts({ ...quick, answer: 'Still here', thinking: { ms: 4_000 }, sessionLostAfterMs: 2_000 })
      const heard = heardTurn()
      const sentAt = new Date()
      const fault = await faultOf(take(ask('One'), heard))
      assert.deepEqual([fault.code, fault.sent, fault.lane?.state], ['LANE_UNAVAILABLE', 'yes', 'auth_required'])
      await open.session.page().locator('[data-testid="login-button"]').click()
      await until(() => !open.session.page().url().includes('/auth/'))
      const known = { prompt: 'One', place: heard.places.at(-1), conversation: { kind: 'new' as const }, sentAt }
      assert.equal((await reattach(open.tab, known, heardTurn().hooks)).markdown, 'Still here')
      assert.equal(prompts().length, 1)
    },
  )

  onScene('a login that was seen survives a killed browser, although it was not on disk yet', async ({ page, open, killBrowser }) => {
    page.endSession()
    await until(() => open.session.page().url().includes('/auth/'))
    await open.session.page().locator('[data-testid="login-button"]').click()
    await until(() => !open.session.page().url().includes('/auth/'))
    await open.session.recover('reload')
    killBrowser()
    await until(() => !open.session.isAlive())
    await open.session.recover()
    assert.equal((await readPageState(open.tab)).state, 'ready')
  })
})
