import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { diagnose, readPageState, reattach, siteReport } from '../../../browser-worker/turn/turn.ts'
import { heardTurn } from '../../support/browser.ts'
import { until } from '../../support/temporary.ts'
import { ask, faultOf, onScene, quick, SCENES } from './scenes.ts'

describe('a turn in trouble', { concurrency: SCENES }, () => {
  for (const size of [5_000, 50_000]) {
    onScene(`${size} characters arrive whole`, async ({ page, take, prompts }, t) => {
      page.setDefaultScript(quick)
      const prompt = 'A line with ümläut & <b>brackets</b>, 数字 and "quotes".\n'.repeat(1_000).slice(0, size - 1) + '.'
      const { timings } = await take(ask(prompt))
      assert.equal(prompts()[0]?.text, prompt)
      t.diagnostic(`${size} characters stood in the composer after ${timings.insertMs} ms`)
    })
  }

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
