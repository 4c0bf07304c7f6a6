import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createModelApi } from '../../../infra/model-api/model-api.ts'
import { createSecrets } from '../../../infra/secrets/secrets.ts'
import { httpServer, type Received } from '../../support/http-server.ts'
import { noSecrets } from '../../support/secrets.ts'

const chunk = (fields: object) => `data: ${JSON.stringify({ model: 'm-1', ...fields })}\n\n`
const say = (content: string) => chunk({ choices: [{ delta: { content }, finish_reason: null }] })
const stop = (finish_reason = 'stop') => chunk({ choices: [{ delta: {}, finish_reason }] })
const usage = chunk({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 40 } } })
const done = 'data: [DONE]\n\n'

function stream(...parts: string[]) {
  return (_: Received, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const part of parts) response.write(part)
    response.end()
  }
}

function status(code: number, body: object) {
  return (_: Received, response: ServerResponse) =>
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function given(answer: (request: Received, response: ServerResponse) => void, prices = {}, key: string | null = 'the-key') {
  const server = await httpServer(answer)
  const model = createModelApi({
    api: { url: `${server.url}/v1/`, model: 'm', ...prices },
    key: key ?? undefined,
    secrets: createSecrets({ known: key ? { THE_KEY: key } : {}, allow: [] }),
  })
  const ask = (more: Partial<Parameters<typeof model.ask>[0]> = {}) =>
    model.ask({ prompt: 'p', images: [], timeoutMs: 5_000, signal: new AbortController().signal, ...more })
  return { ask, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('a streamed answer is put together, with model, tokens and cost', async () => {
  await using setting = await given(stream(say('Hel'), say('lo é').slice(0, 30), say('lo é').slice(30), stop(), usage, done), {
    input_usd_per_mtok: 1,
    output_usd_per_mtok: 10,
  })
  const parts: string[] = []
  const answer = await setting.ask({ onText: (text) => parts.push(text) })
  assert.deepEqual(answer, {
    ok: true,
    text: 'Hello é',
    model: 'm-1',
    usage: { inputTokens: 60, outputTokens: 20, cacheReadTokens: 40, cacheWriteTokens: 0, costUsd: 0.0003 },
  })
  assert.deepEqual(parts, ['Hello é'])
  const [request] = setting.server.requests
  assert.equal(request?.url, '/v1/chat/completions')
  assert.equal(request?.headers.authorization, 'Bearer the-key')
  assert.equal(JSON.parse(request?.body ?? '').stream_options.include_usage, true)
})

test('what is being written is told line by line, without secrets, also one that comes in two parts', async () => {
  await using setting = await given(stream(say('it is the-'), say('key, so\nand '), say('more'), stop(), done))
  const lines: string[] = []
  await setting.ask({ onText: (text) => lines.push(text) })
  assert.deepEqual(lines, ['it is [secret masked: value of THE_KEY], so', 'and more'])
})

test('a server that does not stream is understood too', async () => {
  await using setting = await given(
    status(200, {
      model: 'x',
      choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    }),
  )
  const answer = await setting.ask()
  assert.ok(answer.ok)
  assert.deepEqual([answer.text, answer.model, answer.usage.inputTokens], ['Hi', 'x', 3])
})

test('images and schema are sent; a server that knows no schema is asked again without', async () => {
  await using setting = await given((request, response) =>
    request.body.includes('response_format')
      ? status(400, { error: { message: 'response_format is not supported' } })(request, response)
      : stream(say('{}'), stop(), done)(request, response),
  )
  const answer = await setting.ask({ schema: { type: 'object' }, images: [Uint8Array.of(0xff, 0xd8, 1)] })
  assert.equal(answer.ok, true)
  const [first, second] = setting.server.requests.map((request) => JSON.parse(request.body))
  assert.deepEqual(first.response_format.json_schema.schema, { type: 'object' })
  assert.equal('response_format' in second, false)
  assert.match(second.messages[0].content[1].image_url.url, /^data:image\/jpeg;base64,/)
})

test('each refusal has its class and its words', async () => {
  const classOf = async (answer: (request: Received, response: ServerResponse) => void) => {
    await using setting = await given(answer)
    const result = await setting.ask()
    assert.ok(!result.ok)
    assert.equal(result.reason.includes('the-key'), false)
    return result.class
  }
  assert.equal(await classOf(status(401, { error: { message: 'bad key the-key' } })), 'permanent')
  assert.equal(await classOf(status(404, { error: { message: 'no model' } })), 'permanent')
  assert.equal(await classOf(status(429, { error: { message: 'slow down' } })), 'retryable')
  assert.equal(await classOf(status(429, { error: { message: 'pay', code: 'insufficient_quota' } })), 'permanent')
  assert.equal(await classOf(status(503, {})), 'retryable')
  assert.equal(await classOf(stream(say('half'))), 'retryable')
  assert.equal(await classOf(stream(say('half'), 'data: {"error":{"message":"overloaded"}}\n\n')), 'retryable')
  assert.equal(await classOf(stream(say('half'), stop('length'), done)), 'limit')
  assert.equal(await classOf(stream(stop('content_filter'), done)), 'permanent')
  assert.equal(await classOf(stream(stop(), done)), 'bad_output')
  assert.equal(await classOf((_, response) => response.destroy()), 'retryable')
})

test('a request that failed is not sent again, and the server is quoted however it words its refusal', async () => {
  await using setting = await given(status(503, { message: 'out of workers' }))
  assert.match(JSON.stringify(await setting.ask()), /503: out of workers/)
  assert.equal(setting.server.requests.length, 1)
  await using whole = await given(status(200, { error: 'no such model' }))
  assert.match(JSON.stringify(await whole.ask()), /"retryable".*broke off.*no such model/)
})

test('without a key none is sent', async () => {
  await using setting = await given(stream(say('Hi'), stop(), done), {}, null)
  assert.equal((await setting.ask()).ok, true)
  assert.equal(setting.server.requests[0]?.headers.authorization, undefined)
})

test('the clock ends a silent answer; an abort throws its reason', async () => {
  const silent = (_: Received, response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(say('x\n'))
  await using setting = await given(silent)
  const late = await setting.ask({ timeoutMs: 100 })
  assert.ok(!late.ok)
  assert.equal(late.class, 'timeout')
  const controller = new AbortController()
  const reason = new Error('cancelled')
  await assert.rejects(setting.ask({ signal: controller.signal, onText: () => controller.abort(reason) }), reason)
})

test('nothing configured is said, not tried', async () => {
  const model = createModelApi({ api: undefined, key: undefined, secrets: noSecrets() })
  assert.equal(model.configured, false)
  const answer = await model.ask({ prompt: 'p', images: [], timeoutMs: 1, signal: new AbortController().signal })
  assert.match(JSON.stringify(answer), /"missing".*\[lanes.api\]/)
})
