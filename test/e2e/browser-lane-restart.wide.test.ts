import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { startSimulator } from '../../simulator/simulator.ts'
import { QUICK, skippedWithoutBrowser, until } from '../support/browser-lane.ts'
import { openDesk } from '../support/command-line.ts'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Result {
  status: string
  result?: { assistant_text: string }
}

test('kill -9 of everything in mid-thought: started again, the same job is answered and nothing was sent twice', {
  timeout: 120_000,
}, async (t) => {
  if (skippedWithoutBrowser(t)) return
  await using page = await startSimulator()
  page.queueScripts({ ...QUICK, thinking: { ms: 6000 }, answer: 'It was worth the wait.' })
  await using desk = await openDesk({ 'README.md': 'nothing to see\n' })
  const port = await freePort()
  await desk.configure(
    `[lanes.browser]\nurl = "${page.url}"\nwindow = "headless"\n[gateway]\nport = 0\n[gateway.proxy]\nport = ${port}\n[nats]\nport = 0\nack_wait = "1s"\n`,
  )
  const first = desk.start(['up'])
  await first.line(/Cortex is up/)
  const submitted = await fetch(`http://127.0.0.1:${port}/async/submit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ payload: { model: 'cortex', messages: [{ role: 'user', content: 'think through a crash' }] } }),
  })
  const { job_id: job } = (await submitted.json()) as { job_id: string }
  await until(
    () => page.facts().prompts.length === 1,
    () => 'the prompt did not reach the page',
  )
  first.child.kill('SIGKILL')
  await first.ended
  const second = desk.start(['up'])
  await second.line(/Cortex is up/)
  const response = await fetch(`http://127.0.0.1:${port}/async/result/${job}?wait_ms=60000`)
  const { status, result } = (await response.json()) as Result
  assert.deepEqual([response.status, status, result?.assistant_text], [200, 'completed', 'It was worth the wait.'])
  assert.deepEqual(
    page.facts().prompts.map(({ text }) => text),
    ['think through a crash'],
  )
  second.child.kill('SIGTERM')
  assert.equal((await second.ended).code, 0)
  assert.deepEqual(desk.processes(), [])
})
