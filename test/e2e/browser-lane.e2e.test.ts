import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decode } from '../../bus/envelope.ts'
import { readAll } from '../../bus/jetstream/read.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import { type BrowserLaneSystem, QUICK, skippedWithoutBrowser, startBrowserLane, texts } from '../support/browser-lane.ts'

const stored = async ({ system }: BrowserLaneSystem, filter: string): Promise<Fact[]> =>
  (await readAll(system.connection, 'EVENTS', [filter])).flatMap((message) => {
    const decoded = decode(catalogue, message)
    return decoded.kind === 'fact' ? [decoded.fact as Fact] : []
  })

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

  test('4 questions at once are answered one after the other in the order in which they came', { timeout: 300_000 }, async (t) => {
    if (skippedWithoutBrowser(t)) return
    await using lane = await startBrowserLane({ page: { answer: (prompt) => `Answer to ${prompt}.` } })
    const questions = Array.from({ length: 4 }, (_, index) => `question ${index + 1}`)
    const answers = await Promise.all(questions.map((question) => lane.ask(question)))
    assert.deepEqual(
      answers,
      questions.map((question) => `Answer to ${question}.`),
    )
    const asked = await stored(lane, 'reasoning.requested.*')
    const arrived = await Promise.all(
      asked.map((fact) => (fact.type === 'reasoning.requested' ? lane.system.blobs.text(fact.data.prompt) : '')),
    )
    assert.deepEqual(texts(lane), arrived)
    assert.deepEqual([...arrived].sort(), [...questions].sort())
  })
})
