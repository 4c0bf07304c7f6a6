import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeJobs, type Turn } from '../../../support/fake-jobs.ts'
import { givenProxy, hello } from '../../../support/proxy.ts'

const chat = '/v1/chat/completions'
const late = { keepAliveMs: 5, headersWithinMs: 1 }
/** Says what was odd, after the status went out. */
const odd = async (turn: Turn) => {
  await new Promise((go) => setTimeout(go, 30))
  return { text: `Half of ${turn.request.prompt}`, mayBeCut: true, notes: ['no bar \u2013 came'] }
}

test('a note that comes after the status stands in the body, whichever API asked', async () => {
  for (const [path, body] of [
    [chat, hello],
    ['/v1/responses', { model: 'gpt-test', input: 'Hello' }],
    ['/api/chat', { ...hello, stream: false }],
    ['/api/chat', hello],
  ] as const) {
    const proxy = givenProxy({ jobs: fakeJobs({ answer: odd }), settings: late })
    const response = await proxy.ask(path, body)
    assert.equal(response.headers.get('x-cortex-note'), null)
    const lines = (await response.text()).trim().split('\n')
    assert.equal(JSON.parse(lines.at(-1) ?? '').cortex_note, 'no bar \u2013 came', path)
  }
})

test('a page of another origin may read the note', async () => {
  const origin = 'http://page.example'
  const proxy = givenProxy({ jobs: fakeJobs({ answer: odd }), origins: [origin] })
  const { headers } = await proxy.ask(chat, hello, { origin })
  assert.match(headers.get('access-control-expose-headers') ?? '', /x-cortex-note/)
})

test('a client that left before its job was taken is noticed at once', async () => {
  const jobs = fakeJobs()
  const leaving = new AbortController()
  const submit: typeof jobs.submit = async (...asked) => {
    leaving.abort()
    return jobs.submit(...asked)
  }
  const { app } = givenProxy({ jobs: { ...jobs, submit }, settings: { abandonAfterMs: 1, headersWithinMs: 50 } })
  const headers = { host: 'localhost:8000', 'content-type': 'application/json' }
  const response = await app.request(chat, { method: 'POST', headers, body: JSON.stringify(hello), signal: leaving.signal })
  assert.equal(response.status, 499)
  await jobs.until(([job]) => job?.state === 'cancelled')
})
