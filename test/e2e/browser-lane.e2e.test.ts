import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { QUICK, skippedWithoutBrowser, startBrowserLane, texts } from '../support/browser-lane.ts'

describe('the browser lane', { concurrency: 2 }, () => {
  test('whatever is killed in mid-thought: nothing is sent twice and the answer arrives', { timeout: 300_000 }, async (t) => {
    if (skippedWithoutBrowser(t)) return
    await using lane = await startBrowserLane()
    const strikes = {
      'kill -9 of the browser': () => process.kill(lane.pids().browser, 'SIGKILL'),
      'kill -9 of the worker': () => process.kill(lane.pids().worker, 'SIGKILL'),
    }
    for (const [name, strike] of Object.entries(strikes))
      await t.test(name, async () => {
        const before = texts(lane)
        lane.page.queueScripts({ ...QUICK, thinking: { ms: 3000 }, answer: `Thought to the end through ${name}.` })
        const answer = lane.ask(`think through ${name}`)
        await lane.received(before.length + 1)
        strike()
        assert.equal(await answer, `Thought to the end through ${name}.`)
        assert.deepEqual(texts(lane), [...before, `think through ${name}`])
      })
    assert.match(await lane.ask('and the next one'), /stand-in/)
  })
})
