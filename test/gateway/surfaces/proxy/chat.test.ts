import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { givenProxy, hello, pixel, pixelUrl, readEvents } from '../../../support/proxy.ts'

const chat = '/v1/chat/completions'
const user = (content: unknown) => ({ model: 'gpt-test', messages: [{ role: 'user', content }] })

test('a completion is one JSON object of OpenAI', async () => {
  const { ask, jobs } = givenProxy()
  const response = await ask(chat, { ...hello, temperature: 0.2, seed: 7, max_tokens: 10, stop: ['x'], reasoning_effort: 'high' })
  const body = await response.json()
  assert.equal(response.headers.get('x-request-id'), 'job-1')
  assert.equal(response.headers.get('x-cortex-note'), 'not used, for a chat page cannot be told: temperature, seed')
  assert.deepEqual(body, {
    id: 'chatcmpl-job-1',
    object: 'chat.completion',
    created: body.created,
    model: 'gpt-test',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.', refusal: null }, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  })
  assert.deepEqual(jobs.requests, [
    {
      ...{ prompt: 'Hello World', images: [], model: 'gpt-test', effort: 'high', limits: { stop: ['x'], maxTokens: 10 } },
      ...{ timeoutMs: 1_200_000, priority: 'interactive', attended: true },
    },
  ])
})

test('images of parts go along in their order', async () => {
  const { ask, jobs } = givenProxy()
  await ask(
    chat,
    user([
      { type: 'text', text: 'Look' },
      { type: 'image_url', image_url: { url: pixelUrl, detail: 'high' } },
    ]),
  )
  assert.deepEqual(jobs.requests[0]?.images, [{ bytes: pixel, contentType: 'image/png' }])
  assert.equal(jobs.requests[0]?.prompt, 'Look')
})

test('everything that is wrong is told at once, and nothing is asked', async () => {
  const { ask, jobs } = givenProxy()
  const response = await ask(chat, {
    model: 7,
    n: 2,
    tools: [{ type: 'custom' }],
    tool_choice: 'maybe',
    response_format: { type: 'xml' },
    messages: [
      { role: 'robot', content: 'x' },
      { role: 'tool', content: 'x', tool_call_id: '1' },
      { role: 'assistant', content: null, tool_calls: [{}] },
      {
        role: 'user',
        content: [
          { type: 'input_audio', input_audio: {} },
          { type: 'file', file: {} },
          { type: 'image_url', image_url: { url: 'http://127.0.0.1/x.png' } },
          7,
        ],
      },
    ],
  })
  assert.equal(response.status, 400)
  const { error } = await response.json()
  assert.deepEqual([error.type, error.code, error.param], ['invalid_request_error', 'INVALID_REQUEST', 'messages.0.role'])
  const params = error.details.faults.map(({ param }: { param: string }) => param)
  const parts = [0, 1, 3].map((index) => `messages.3.content.${index}`)
  const wanted = ['messages.0.role', 'messages.2.tool_calls', ...parts, 'messages.3.content.2.image_url']
  for (const param of [...wanted, 'model', 'n', 'tools.0.type', 'tool_choice', 'response_format.type'])
    assert.ok(params.includes(param), `${param} in ${params}`)
  assert.equal(jobs.requests.length, 0)
})

test('nothing to ask is a fault', async () => {
  const { ask } = givenProxy()
  for (const body of [{ model: 'gpt-test' }, { model: 'gpt-test', messages: [] }, user('  '), user([])])
    assert.equal((await ask(chat, body)).status, 400)
})

test('a model there is not is 404 model_not_found; none is the first there is', async () => {
  const { ask, jobs } = givenProxy()
  const response = await ask(chat, { ...hello, model: 'gpt-none' })
  assert.deepEqual([response.status, (await response.json()).error.code], [404, 'model_not_found'])
  await ask(chat, { messages: hello.messages })
  assert.equal(jobs.requests[0]?.model, 'gpt-test')
})

test('images of other servers are fetched only where that is configured, and never from this machine', async () => {
  const remote = user([{ type: 'image_url', image_url: { url: 'https://images.example/x.png' } }])
  const refused = await givenProxy().ask(chat, remote)
  assert.match((await refused.json()).error.message, /send it as a data: URL/)
  const open = givenProxy({ settings: { remoteImages: true }, fetchImage: async () => ({ bytes: pixel, contentType: 'image/png' }) })
  assert.equal((await open.ask(chat, remote)).status, 200)
  assert.equal(open.jobs.requests[0]?.images.length, 1)
  const inner = await givenProxy({ settings: { remoteImages: true } }).ask(
    chat,
    user([{ type: 'image_url', image_url: { url: 'http://127.0.0.1:1/' } }]),
  )
  assert.match((await inner.json()).error.message, /never fetched/)
})

test('a stream begins with the role, shows what is new, and ends once', async () => {
  const jobs = fakeJobs({
    answer: async (turn) => {
      turn.send()
      turn.thinking('Reading\nthe page')
      turn.partial('One.')
      turn.partial('One.\n\nTwo.')
      return 'One.\n\nTwo.\n\nThree.'
    },
  })
  const { ask } = givenProxy({ jobs })
  const response = await ask(chat, { ...hello, stream: true, stream_options: { include_usage: true } })
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const { events, data, comments } = readEvents(await response.text())
  const choices = events.map(({ choices: [choice] }) => choice)
  assert.deepEqual(choices[0].delta, { role: 'assistant', content: '' })
  assert.equal(choices.map((choice) => choice?.delta.content ?? '').join(''), 'One.\n\nTwo.\n\nThree.')
  assert.equal(choices.filter((choice) => choice?.finish_reason === 'stop').length, 1)
  assert.deepEqual(events.at(-1).choices, [])
  assert.deepEqual(events.at(-1).usage, { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 })
  assert.deepEqual([events[0].usage, data.at(-1)], [null, '[DONE]'])
  assert.ok(comments.includes('thinking: Reading the page'))
  assert.ok(
    events.every(
      ({ id, created, model, object }) =>
        id === 'chatcmpl-job-1' && created > 0 && model === 'gpt-test' && object === 'chat.completion.chunk',
    ),
  )
})

test('a stream says nothing before the end where that is configured', async () => {
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.partial('One.')
      return 'One. Two.'
    },
  })
  const response = await givenProxy({ jobs, settings: { streamLive: false } }).ask(chat, { ...hello, stream: true })
  const deltas = readEvents(await response.text()).events.map(({ choices: [choice] }) => choice.delta.content)
  assert.deepEqual(deltas, ['', 'One. Two.', undefined])
})

test('a stream whose answer turns out another ends with an error, not as if it were whole', async () => {
  const jobs = fakeJobs({
    answer: async (turn) => {
      await new Promise(setImmediate)
      turn.partial('One.')
      return 'Something else.'
    },
  })
  const response = await givenProxy({ jobs }).ask(chat, { ...hello, stream: true })
  const { events, data } = readEvents(await response.text())
  assert.equal(events.at(-1).error.details.result, '/async/result/job-1')
  assert.ok(!data.includes('[DONE]') && events.every(({ choices }) => choices?.[0]?.finish_reason !== 'stop'))
})

test('while a model thinks, comments keep the stream alive', async () => {
  const jobs = fakeJobs({ answer: () => new Promise((resolve) => setTimeout(resolve, 100, 'Done.')) })
  const response = await givenProxy({ jobs, settings: { keepAliveMs: 10 } }).ask(chat, { ...hello, stream: true })
  const { comments, data } = readEvents(await response.text())
  assert.ok(comments.filter((comment) => comment === 'keepalive').length >= 2)
  assert.equal(data.at(-1), '[DONE]')
})

test('a failed job is an HTTP error, and in a stream its last event', async () => {
  const failing = () =>
    fakeJobs({
      answer: () => ({ error: { code: 'LANE_UNAVAILABLE', lane: 'auth_required' as const, reason: 'sign in', retryable: true } }),
    })
  const plain = await givenProxy({ jobs: failing() }).ask(chat, hello)
  assert.deepEqual([plain.status, plain.headers.get('x-should-retry')], [401, 'false'])
  assert.equal((await plain.json()).error.code, 'UPSTREAM_LOGIN_REQUIRED')
  const streamed = await givenProxy({ jobs: failing() }).ask(chat, { ...hello, stream: true })
  const { events, data } = readEvents(await streamed.text())
  assert.equal(streamed.status, 200)
  assert.equal(events.at(-1).error.code, 'UPSTREAM_LOGIN_REQUIRED')
  assert.ok(!data.includes('[DONE]'))
})

test('what failed after it was sent has a status that clients do not repeat; the job contract has its own', async () => {
  const limited = { code: 'ANSWER_FAILED', lane: 'rate_limited' } as const
  for (const failure of [{ code: 'ANSWER_FAILED' }, { code: 'TURN_TIMEOUT' }, { code: 'PAGE_UNKNOWN' }, { code: 'CANCELLED' }, limited]) {
    const failing = fakeJobs({
      answer: (turn) => {
        turn.send()
        return { error: { ...failure, reason: 'no', retryable: true } }
      },
    })
    const { ask } = givenProxy({ jobs: failing })
    const statuses = [(await ask(chat, hello)).status, (await ask('/api/chat', { ...hello, stream: false })).status]
    assert.deepEqual([...statuses, (await ask('/async/result/job-1')).status === 424], [424, 424, false], failure.code)
  }
  const unsent = fakeJobs({ answer: () => ({ error: { code: 'PAGE_UNKNOWN', reason: 'no', retryable: true } }) })
  assert.equal((await givenProxy({ jobs: unsent }).ask(chat, hello)).status, 503)
})

test('JSON is asked for, checked, and repaired once in the same conversation', async () => {
  const answers = ['Sorry, no.', '```json\n{"n": 1}\n```']
  const jobs = fakeJobs({ answer: () => ({ text: answers.shift() ?? '', conversation: 'https://chat/c/1' }) })
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const { ask } = givenProxy({ jobs })
  const response = await ask(chat, { ...hello, response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } } })
  assert.equal((await response.json()).choices[0].message.content, '{"n":1}')
  assert.ok(jobs.requests[0]?.prompt.includes(JSON.stringify(schema)))
  assert.deepEqual(jobs.requests[1]?.conversation, { kind: 'resume', url: 'https://chat/c/1' })
  assert.match(jobs.requests[1]?.prompt ?? '', /no JSON object/)
})

test('an answer that is no JSON after its repair is an error with the job that has it', async () => {
  const jobs = fakeJobs({ answer: () => 'No.' })
  const response = await givenProxy({ jobs }).ask(chat, { ...hello, response_format: { type: 'json_object' } })
  const { error } = await response.json()
  assert.deepEqual([response.status, error.code, error.details.result], [424, 'UPSTREAM_BAD_RESPONSE', '/async/result/job-2'])
  assert.ok(jobs.requests[1]?.prompt.startsWith('Hello World'), 'without a conversation the whole is asked anew')
  assert.equal(jobs.requests.length, 2)
})

test('an answer whose check takes too long is named, sent once, and not repeated; others go on meanwhile, and the next is judged', async () => {
  const evil = { a: `${'a'.repeat(32)}!` }
  const jobs = fakeJobs({
    answer: ({ request }) => (JSON.stringify(request).includes('the other one') ? '{"a":"a"}' : JSON.stringify(evil)),
  })
  const schema = { type: 'object', properties: { a: { pattern: '^(a+)+$' } } }
  const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } }
  const { ask } = givenProxy({ jobs })
  let turns = 0
  const clock = setInterval(() => turns++, 10)
  const response = await ask(chat, { ...hello, response_format })
  clearInterval(clock)
  assert.ok(turns > 10, `${turns} turns`)
  const { error } = await response.json()
  assert.deepEqual([response.status, response.headers.get('x-should-retry'), error.details.result], [424, 'false', '/async/result/job-1'])
  assert.match(error.message, /response_format.*: the answer was not read/)
  assert.equal(jobs.requests.length, 1)
  const again = await ask(chat, { messages: [{ role: 'user', content: 'the other one' }], response_format })
  assert.equal((await again.json()).choices[0].message.content, '{"a":"a"}')
})

test('a JSON answer in a stream is shown when it is sure', async () => {
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.partial('Here it is:')
      return 'Here it is: {"n": 1}'
    },
  })
  const response = await givenProxy({ jobs }).ask(chat, { ...hello, stream: true, response_format: { type: 'json_object' } })
  const deltas = readEvents(await response.text()).events.map(({ choices: [choice] }) => choice.delta.content ?? '')
  assert.equal(deltas.join(''), '{"n":1}')
})

test('an equal question is a job of its own, unless a key or the client says that it is the same; then it is one however it is delivered', async () => {
  const { ask, jobs } = givenProxy()
  const again = { 'x-stainless-retry-count': '1' }
  await ask(chat, { messages: hello.messages, model: 'gpt-test' })
  await ask(chat, hello)
  assert.equal(jobs.requests.length, 2)
  await ask(chat, { ...hello, stream: true }, again)
  await ask('/async/submit', { payload: hello }, again)
  assert.equal(jobs.requests.length, 2)
  await ask(chat, hello, { 'idempotency-key': 'a' })
  await ask(chat, hello, { 'idempotency-key': 'a' })
  await ask(chat, { ...hello, seed: 1 })
  assert.equal(jobs.requests.length, 4)
  assert.equal((await ask(chat, hello, { 'idempotency-key': 'x'.repeat(256) })).status, 400)
})

test('a key that is given to another question is refused in words and for good, wherever it is asked', async () => {
  const { ask, jobs } = givenProxy()
  const key = { 'idempotency-key': 'once' }
  assert.equal((await ask(chat, hello, key)).status, 200)
  const other = { ...hello, messages: [{ role: 'user', content: 'something else' }] }
  const asked = { [chat]: other, '/v1/responses': { model: hello.model, input: 'something else' }, '/async/submit': { payload: other } }
  for (const [path, body] of Object.entries(asked)) {
    const response = await ask(path, body, key)
    assert.deepEqual([response.status, response.headers.get('x-should-retry')], [409, 'false'], path)
    assert.match((await response.json()).error.message, /Idempotency-Key: it was given to another question/)
  }
  assert.equal((await ask('/async/submit', { payload: hello }, key)).status, 202)
  assert.equal((await ask(chat, other, { 'idempotency-key': 'twice' })).status, 200)
  assert.equal(jobs.requests.length, 2)
})

test('two questions are never one because their bodies have the same fields in other places, or are read at other doors', async () => {
  const dom = { dom: '<b>', aggressive: { enabled: true } }
  const submit = '/async/submit'
  const pairs: readonly (readonly [string, object])[][] = [
    [
      [chat, { ...hello, ...dom }],
      [submit, { payload: hello, ...dom }],
    ],
    [
      [submit, { payload: { ...hello, dom: 'x' }, dom: '<a>' }],
      [submit, { payload: { ...hello, dom: 'x' }, dom: '<b>' }],
    ],
    [
      [chat, { ...hello, input: 'Something else' }],
      ['/v1/responses', { ...hello, input: 'Something else' }],
    ],
  ]
  for (const [one, other] of pairs.map(([one, other]) => [one ?? assert.fail(), other ?? assert.fail()] as const)) {
    const { ask } = givenProxy()
    const key = { 'idempotency-key': 'once' }
    assert.ok((await ask(...one, key)).ok)
    assert.equal((await ask(...other, key)).status, 409, JSON.stringify(other))
    assert.ok((await ask(...one, key)).ok)
  }
})

test('models are listed and asked for by name', async () => {
  const { ask } = givenProxy()
  const list = await (await ask('/v1/models')).json()
  assert.deepEqual(
    list.data.map(({ id }: { id: string }) => id),
    ['gpt-test', 'gpt-other'],
  )
  assert.equal((await (await ask('/v1/models/gpt-other')).json()).object, 'model')
  assert.equal((await (await ask('/v1/models/none')).json()).error.code, 'model_not_found')
})

test('what a chat page cannot be told is named with the answer, or refused where an answer would lack it', async () => {
  const { ask } = givenProxy()
  const streamed = await (await ask(chat, { ...hello, stream: true, top_p: 0.5, logit_bias: { 1: 2 } })).text()
  assert.match(streamed, /^: note: not used, for a chat page cannot be told: top_p, logit_bias$/m)
  assert.equal((await ask(chat, { ...hello, temperature: null, think: false })).headers.get('x-cortex-note'), null)
  const noted = { stream: true, temperature: 1 }
  const [choice, response] = await Promise.all([
    ask(chat, { ...hello, ...noted }),
    ask('/v1/responses', { model: 'gpt-test', input: 'Hello', ...noted }),
  ])
  const last = async (answer: Response) => readEvents(await answer.text()).events.at(-1)
  const words = 'not used, for a chat page cannot be told: temperature'
  assert.deepEqual([(await last(choice)).cortex_note, (await last(response)).response.cortex_note], [words, words])
  for (const wish of [{ top_logprobs: 2 }, { logprobs: true }, { function_call: { name: 'x' } }, { n: 2 }]) {
    const refused = await ask(chat, { ...hello, ...wish })
    assert.deepEqual([refused.status, (await refused.json()).error.param], [400, Object.keys(wish)[0]])
  }
})
