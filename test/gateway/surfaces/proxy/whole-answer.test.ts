import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeJobs, type Turn } from '../../../support/fake-jobs.ts'
import { givenProxy, hello } from '../../../support/proxy.ts'

const chat = '/v1/chat/completions'

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
