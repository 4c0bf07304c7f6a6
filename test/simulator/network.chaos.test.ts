import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startSimulator } from '../../simulator/simulator.ts'
import { noBrowser } from '../support/browser.ts'
import { openAndAsk, selectors, standIn } from './stand-in-page.ts'

const quick = { answer: 'done', thinking: { ms: 0 }, streaming: { charactersPerSecond: 20_000 }, transientUrlMs: 0 }

describe('the network of the stand-in page', { skip: noBrowser, concurrency: 2 }, () => {
  test('what the page loads is counted by kind, and what a driver blocks is not', async (t) => {
    const { simulator, page } = await standIn(t)
    await page.route(/telemetry|ads\.|woff2|webm/, (route) => route.abort())
    await page.goto(simulator.url, { waitUntil: 'load' })
    assert.deepEqual(simulator.facts().reached, { document: 1, font: 0, media: 0, image: 1, ad: 0, telemetry: 0 })
    await page.unroute(/telemetry|ads\.|woff2|webm/)
    await Promise.all([page.waitForResponse(/collect/), page.waitForResponse(/banner/), page.waitForResponse(/woff2/), page.reload()])
    const { font, image, ad, telemetry } = simulator.facts().reached
    assert.deepEqual({ font, image, ad, telemetry }, { font: 1, image: 2, ad: 1, telemetry: 1 })
  })

  test('connections are refused for a while, and the open page goes on by itself', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, thinking: { ms: 3_000 } })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(selectors.thinking)
    const up = simulator.goDown(600)
    await assert.rejects(async () => {
      while (true) await fetch(simulator.url)
    })
    await up
    await page.waitForSelector(selectors.copy)
  })

  test('dropped connections cost the page nothing', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.queueScripts({ ...quick, thinking: { ms: 3_000 } })
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(selectors.thinking)
    simulator.dropConnections()
    await page.waitForSelector(selectors.copy)
    assert.equal(simulator.facts().prompts.length, 1)
  })

  test('a slow network makes every answer late', async (t) => {
    const { simulator, page } = await standIn(t)
    simulator.setMode({ slow: { requestMs: 300 } })
    const started = performance.now()
    await openAndAsk({ simulator, page }, 'go')
    await page.waitForSelector(selectors.userTurn)
    assert.ok(performance.now() - started > 900, 'page, start and send are three requests, one after the other')
  })
})

test('every control is an HTTP request, and a wrong field is told', async () => {
  await using simulator = await startSimulator()
  const post = async (path: string, body: unknown): Promise<[number, string]> => {
    const answer = await fetch(`${simulator.url}/simulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
    return [answer.status, await answer.text()]
  }
  assert.deepEqual(await post('script', [{ answer: 'a' }, { stuck: true }]), [200, '{"queued":2}\n'])
  assert.deepEqual(await post('script', { default: { answer: 'always' } }), [200, '{"queued":2}\n'])
  const [status, text] = await post('script', [{ anser: 'a' }])
  assert.deepEqual([status, /anser/.test(text)], [400, true])
  assert.match((await post('mode', { locale: 'fr' }))[1], /"locale":"fr"/)
  assert.equal((await post('mode', { locale: 'xx' }))[0], 400)
  assert.equal((await post('draft', { text: 'left over' }))[0], 200)
  assert.equal((await post('sign-out', {}))[0], 200)
  assert.equal((await post('reset', {}))[0], 200)
  assert.equal((await post('network', { drop: true }))[0], 200)
  assert.deepEqual(await (await fetch(`${simulator.url}/simulator/facts`)).json(), JSON.parse(JSON.stringify(simulator.facts())))
})
