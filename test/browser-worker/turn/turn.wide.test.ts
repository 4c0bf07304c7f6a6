import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { readPageState } from '../../../browser-worker/turn/turn.ts'
import { heardTurn } from '../../support/browser.ts'
import { ask, faultOf, onScene, quick, SCENES } from './scenes.ts'

describe('more of a turn', { concurrency: SCENES }, () => {
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
})
