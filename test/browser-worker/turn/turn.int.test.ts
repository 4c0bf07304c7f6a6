import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { reattach } from '../../../browser-worker/turn/turn.ts'
import { PageLost } from '../../../browser-worker/turn/types.ts'
import { heardTurn } from '../../support/browser.ts'
import { until } from '../../support/temporary.ts'
import { ask, faultOf, onScene, quick, SCENES } from './scenes.ts'

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
})
