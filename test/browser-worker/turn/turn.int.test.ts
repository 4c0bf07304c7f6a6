import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { readPageState, reattach } from '../../../browser-worker/turn/turn.ts'
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
    const labels = ['Reading', 'Checking'].filter((label) => heard.labels.includes(label))
    assert.deepEqual(heard.labels, labels, 'each once and in order; a driver that is late may miss one')
  })

  onScene('a longer prompt goes as a file, beside the other files', async ({ page, take, prompts }) => {
    page.setDefaultScript(quick)
    const bytes = new TextEncoder().encode('hello')
    await take(ask('z'.repeat(50_001), { files: [{ name: 'notes.txt', contentType: 'text/plain', bytes }] }))
    const [prompt] = prompts()
    assert.deepEqual(prompt?.files.map(({ size }) => size).sort(), [5, 50_001])
    assert.match(prompt?.text ?? '', /attached file request-\w+\.md/)
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
})
