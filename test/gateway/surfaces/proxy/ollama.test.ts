import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { givenProxy, pixel } from '../../../support/proxy.ts'

const messages = [{ role: 'user', content: 'Hello World' }]
const chat = { model: 'gpt-test:latest', messages }
const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const growing = () =>
  fakeJobs({
    answer: async (turn) => {
      turn.partial('One.')
      await new Promise((go) => setTimeout(go, 30))
      return 'One.\n\nTwo.'
    },
  })

test('a chat is lines of JSON as the answer grows, with blanks between while it thinks, and done once', async () => {
  const response = await givenProxy({ jobs: growing(), settings: { keepAliveMs: 5 } }).ask('/api/chat', chat)
  assert.match(response.headers.get('content-type') ?? '', /ndjson/)
  const text = await response.text()
  assert.match(text, /\n {2,}\{/)
  const lines = linesOf(text)
  assert.deepEqual(
    lines.map(({ message, done }) => [message.content, done]),
    [
      ['One.', false],
      ['\n\nTwo.', false],
      ['', true],
    ],
  )
  assert.deepEqual([lines[2].done_reason, lines[2].model, lines[2].eval_count], ['stop', 'gpt-test:latest', 3])
})

test('without a stream an answer is one object; generate has its own field, and its limits count', async () => {
  const whole = await (await givenProxy({ jobs: growing() }).ask('/api/chat', { ...chat, stream: false })).json()
  assert.deepEqual([whole.message, whole.done], [{ role: 'assistant', content: 'One.\n\nTwo.' }, true])
  const proxy = givenProxy({ jobs: growing() })
  const asked = {
    model: 'gpt-test',
    prompt: 'Hello',
    system: 'Be brief',
    images: [pixel.toString('base64')],
    stream: false,
    options: { num_predict: 1 },
  }
  const made = await (await proxy.ask('/api/generate', asked)).json()
  assert.deepEqual([made.response, made.done_reason], ['One.', 'length'])
  assert.deepEqual(proxy.jobs.requests[0]?.images, [{ bytes: pixel, contentType: 'image/png' }])
  assert.match(proxy.jobs.requests[0]?.prompt ?? '', /Be brief[\s\S]*Hello/)
})

test('tools and JSON are answered as by the other surface, with arguments as objects', async () => {
  const call = { name: 'weather', arguments: { city: 'Bern' } }
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }]
  const proxy = givenProxy({ jobs: fakeJobs({ answer: () => JSON.stringify({ tool_calls: [call] }) }) })
  const earlier = [
    ...messages,
    { role: 'assistant', content: '', tool_calls: [{ function: call }] },
    { role: 'tool', tool_name: 'weather', content: 'rain' },
  ]
  const { message } = await (await proxy.ask('/api/chat', { ...chat, messages: earlier, tools, stream: false })).json()
  assert.deepEqual(message.tool_calls, [{ function: call }])
  assert.match(proxy.jobs.requests[0]?.prompt ?? '', /"city":"Bern"[\s\S]*result of weather \{"city":"Bern"\}:\nrain/)
  const json = await (
    await givenProxy({ jobs: fakeJobs({ answer: () => 'So: {"n": 1}' }) }).ask('/api/chat', { ...chat, format: 'json', stream: false })
  ).json()
  assert.equal(json.message.content, '{"n":1}')
})

test('models are listed, an empty request loads, and errors are a text', async () => {
  const proxy = givenProxy()
  const { models } = await (await proxy.ask('/api/tags')).json()
  assert.deepEqual(
    models.map(({ name }: { name: string }) => name),
    ['gpt-test', 'gpt-other'],
  )
  assert.equal((await (await proxy.ask('/api/chat', { model: 'gpt-test', messages: [] })).json()).done_reason, 'load')
  for (const wrong of [{ stream: 'yes' }, { images: 7 }, { options: { num_predict: 'many' } }])
    assert.equal((await proxy.ask('/api/generate', { model: 'gpt-test', ...wrong })).status, 400, JSON.stringify(wrong))
  assert.equal((await proxy.ask('/api/generate', {}, { 'idempotency-key': 'k'.repeat(256) })).status, 400)
  assert.equal((await proxy.ask('/api/generate', { model: 'none' })).status, 404)
  assert.equal((await (await proxy.ask('/api/generate', { model: null })).json()).model, 'gpt-test')
  assert.equal(proxy.jobs.requests.length, 0)
  const none = await proxy.ask('/api/chat', { ...chat, model: 'none' })
  assert.deepEqual([none.status, typeof (await none.json()).error], [404, 'string'])
  assert.match((await (await proxy.ask('/api/generate', { model: 'gpt-test', prompt: 'a', suffix: 'b' })).json()).error, /suffix/)
  const failing = givenProxy({
    jobs: fakeJobs({ answer: () => ({ error: { code: 'OUTCOME_UNKNOWN', reason: 'no trace', retryable: false } }) }),
  })
  assert.deepEqual(linesOf(await (await failing.ask('/api/chat', chat)).text()), [{ error: 'no trace' }])
})

test('options that a chat page cannot be told are named with the answer, and what cannot be answered is refused', async () => {
  const { ask } = givenProxy()
  const whole = await ask('/api/chat', { ...chat, stream: false, think: true, options: { num_ctx: 4096, seed: 1, num_predict: 20 } })
  assert.equal(whole.headers.get('x-cortex-note'), 'not used, for a chat page cannot be told: seed, num_ctx, think')
  const lines = linesOf(await (await ask('/api/chat', { ...chat, options: { temperature: 0 } })).text())
  assert.match(lines.at(-1).cortex_note, /temperature/)
  for (const wish of [{ logprobs: true }, { format: 'xml' }]) {
    const refused = await ask('/api/chat', { ...chat, ...wish })
    assert.deepEqual([refused.status, (await refused.json()).error.split(':')[0]], [400, Object.keys(wish)[0]])
  }
})
