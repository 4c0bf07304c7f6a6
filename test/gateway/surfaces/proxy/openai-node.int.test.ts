import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI, { APIError, AuthenticationError, NotFoundError, RateLimitError } from 'openai'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { hello, pixelUrl, servedProxy } from '../../../support/proxy.ts'

/** The real package, unchanged. */
const clientOf = (url: string, more: object = {}) => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', ...more })
const question = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'Hello World' }] }

test('the Node package asks, streams, and reads usage', async () => {
  const jobs = fakeJobs({
    answer: async (turn) => {
      turn.send()
      turn.partial('One.')
      await new Promise(setImmediate)
      return 'One.\n\nTwo.'
    },
  })
  await using proxy = await servedProxy({ jobs })
  const openai = clientOf(proxy.url)
  const plain = await openai.chat.completions.create(question)
  assert.deepEqual([plain.choices[0]?.message.content, plain._request_id], ['One.\n\nTwo.', 'job-1'])
  const stream = openai.chat.completions.stream({ ...question, seed: 1, stream_options: { include_usage: true } })
  const final = await stream.finalChatCompletion()
  assert.equal(final.choices[0]?.message.content, 'One.\n\nTwo.')
  assert.equal((await stream.totalUsage()).completion_tokens, 3)
  assert.deepEqual(
    (await Array.fromAsync(openai.models.list())).map(({ id }) => id),
    ['gpt-test', 'gpt-other'],
  )
})

test('the Node package sends images and parses a schema', async () => {
  const jobs = fakeJobs({ answer: () => 'Here:\n```json\n{"n": 7}\n```' })
  await using proxy = await servedProxy({ jobs })
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false }
  const parsed = await clientOf(proxy.url).chat.completions.parse({
    model: 'gpt-test',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'How many?' },
          { type: 'image_url', image_url: { url: pixelUrl } },
        ],
      },
    ],
    response_format: { type: 'json_schema', json_schema: { name: 'count', strict: true, schema } },
  })
  assert.deepEqual(parsed.choices[0]?.message.parsed, { n: 7 })
  assert.equal(jobs.requests[0]?.images.length, 1)
})

test('the Node package makes responses, streams them, and goes on in them', async () => {
  const jobs = fakeJobs({ answer: ({ request }) => ({ text: `You said: ${request.prompt}`, conversation: 'https://chat/c/1' }) })
  await using proxy = await servedProxy({ jobs })
  const openai = clientOf(proxy.url)
  const first = await openai.responses.create({ model: 'gpt-test', input: 'Hello' })
  assert.equal(first.output_text, 'You said: Hello')
  const stream = openai.responses.stream({ model: 'gpt-test', input: 'And now?', previous_response_id: first.id })
  assert.equal((await stream.finalResponse()).output_text, 'You said: And now?')
  assert.equal(jobs.requests[1]?.conversation?.kind, 'resume')
  const background = await openai.responses.create({ model: 'gpt-test', input: 'Later', background: true })
  await jobs.until((views) => views[2]?.state === 'completed')
  assert.equal((await openai.responses.retrieve(background.id)).output_text, 'You said: Later')
})

test('the Node package calls tools of a response, whole and streamed', async () => {
  const jobs = fakeJobs({ answer: () => '{"tool_calls": [{"name": "weather", "arguments": {"city": "Bern"}}]}' })
  await using proxy = await servedProxy({ jobs })
  const openai = clientOf(proxy.url)
  const tool = { type: 'function' as const, name: 'weather', strict: null, parameters: { type: 'object', required: ['city'] } }
  const asked = { model: 'gpt-test', input: 'Rain?', tools: [tool] }
  for (const { output } of [await openai.responses.create(asked), await openai.responses.stream(asked).finalResponse()]) {
    const [call] = output
    assert.ok(call?.type === 'function_call')
    assert.deepEqual([output.length, call.name, call.arguments], [1, 'weather', '{"city":"Bern"}'])
  }
})

test('the Node package throws its own classes, and repeats only what may be repeated', async () => {
  const jobs = fakeJobs({ answer: () => ({ error: { code: 'OUTCOME_UNKNOWN', reason: 'no trace', retryable: false } }) })
  await using proxy = await servedProxy({ jobs, token: 'secret' })
  await assert.rejects(clientOf(proxy.url).models.list(), AuthenticationError)
  const openai = clientOf(proxy.url, { apiKey: 'secret' })
  await assert.rejects(openai.models.retrieve('none'), NotFoundError)
  await assert.rejects(
    openai.chat.completions.create(question),
    (error: APIError) => error.status === 424 && error.code === 'UPSTREAM_BAD_RESPONSE',
  )
  assert.equal(jobs.requests.length, 1)
  const stream = await openai.chat.completions.create({ ...question, stream: true })
  await assert.rejects(Array.fromAsync(stream), (error: APIError) => error instanceof APIError && error.message.includes('no trace'))
})

test('the Node package waits as long as a full queue asks, and gets through', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({ limit: 1, answer: ({ request }) => (request.prompt === 'first' ? promise : 'Hello.') })
  await using proxy = await servedProxy({ jobs })
  const openai = clientOf(proxy.url)
  const ask = (content: string, more = {}) => openai.chat.completions.create({ ...question, messages: [{ role: 'user', content }] }, more)
  const first = ask('first')
  await jobs.until(([job]) => job?.state === 'running')
  const second = ask('second')
  await jobs.until((views) => views.length === 2)
  await assert.rejects(
    ask('third', { maxRetries: 0 }),
    (error: unknown) => error instanceof RateLimitError && error.code === 'QUEUE_BACKPRESSURE',
  )
  const { submit } = jobs
  const refused = Promise.withResolvers<void>()
  jobs.submit = async (...request) => {
    try {
      return await submit(...request)
    } catch (error) {
      refused.resolve()
      throw error
    }
  }
  const began = performance.now()
  const third = ask('third')
  await refused.promise
  resolve('First.')
  const answers = await Promise.all([first, second, third])
  assert.deepEqual(
    answers.map(({ choices }) => choices[0]?.message.content),
    ['First.', 'Hello.', 'Hello.'],
  )
  assert.ok(performance.now() - began >= 990, 'Retry-After was a second')
})

test('a client that repeats its request by itself joins the job that runs', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.send()
      return promise
    },
  })
  await using proxy = await servedProxy({ jobs })
  const answer = clientOf(proxy.url, { timeout: 300, maxRetries: 5 }).chat.completions.create({ ...question, ...hello } as typeof question)
  await jobs.until(([job]) => job?.sentAt !== undefined)
  const clock = setTimeout(resolve, 1_000, 'At last.')
  assert.equal((await answer).choices[0]?.message.content, 'At last.')
  clearTimeout(clock)
  assert.equal(jobs.requests.length, 1)
})
