import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { givenProxy, pixelUrl, readEvents } from '../../../support/proxy.ts'

const responses = '/v1/responses'
const talking = () => fakeJobs({ answer: ({ request }) => ({ text: `You said: ${request.prompt}`, conversation: 'https://chat/c/1' }) })

test('a response is one object with its message', async () => {
  const { ask, jobs } = givenProxy({ jobs: talking() })
  const body = await (
    await ask(responses, { model: 'gpt-test', instructions: 'Be brief.', input: 'Hello', reasoning: { effort: 'low' } })
  ).json()
  assert.deepEqual([body.id, body.object, body.status, body.error], ['resp_job-1', 'response', 'completed', null])
  assert.equal(body.output[0].content[0].text, 'You said: <instructions>\nBe brief.\n</instructions>\n\nHello')
  assert.ok(body.usage.input_tokens > 0 && body.usage.total_tokens > body.usage.input_tokens)
  assert.equal(jobs.requests[0]?.effort, 'low')
})

test('input items keep roles, texts and images', async () => {
  const { ask, jobs } = givenProxy({ jobs: talking() })
  const input = [
    { type: 'message', role: 'developer', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'What is it?' },
        { type: 'input_image', image_url: pixelUrl },
      ],
    },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'A pixel.' }] },
    { role: 'user', content: 'Sure?' },
  ]
  assert.equal((await ask(responses, { input })).status, 200)
  for (const text of ['Be brief.', 'What is it?', '[attached image 1]', 'A pixel.', 'Sure?'])
    assert.ok(jobs.requests[0]?.prompt.includes(text), text)
  assert.equal(jobs.requests[0]?.images.length, 1)
})

test('a response goes on in the conversation of the one before', async () => {
  const { ask, jobs } = givenProxy({ jobs: talking() })
  await ask(responses, { input: 'Hello' })
  await ask(responses, { input: 'And now?', previous_response_id: 'resp_job-1' })
  assert.deepEqual(jobs.requests[1]?.conversation, { kind: 'resume', url: 'https://chat/c/1' })
  const unknown = await ask(responses, { input: 'x', previous_response_id: 'resp_none' })
  assert.deepEqual([unknown.status, (await unknown.json()).error.code], [404, 'previous_response_not_found'])
})

test('a response cannot go on in a conversation that was not kept', async () => {
  const { ask } = givenProxy()
  await ask(responses, { input: 'Hello' })
  assert.equal((await ask(responses, { input: 'x', previous_response_id: 'resp_job-1' })).status, 400)
})

test('what is not understood is refused with its name', async () => {
  const { ask } = givenProxy()
  const refusals: [object, string][] = [
    [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input.0.type'],
    [{ input: [{ type: 'function_call', call_id: 'x' }] }, 'input.0.tool_calls'],
    [{ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'x' }] }] }, 'input.0.content.0'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'x' }] }] }, 'input.0.content.0'],
    [{ input: 'x', tools: [{ type: 'web_search' }] }, 'tools.0.type'],
    [{ input: 'x', tools: [{ type: 'function', name: 'a', parameters: { type: 7 } }] }, 'tools.0.parameters'],
    [{ input: 'x', tools: [{ type: 'function', name: 'a' }], background: true }, 'tools'],
    [{ input: 'x', conversation: 'conv_1' }, 'conversation'],
    [{ input: 'x', background: true, stream: true }, 'stream'],
    [{ input: 'x', background: true, text: { format: { type: 'json_object' } } }, 'text.format'],
    [{ input: 'x', instructions: 7 }, 'instructions'],
    [{}, 'input'],
  ]
  for (const [body, param] of refusals) {
    const response = await ask(responses, body)
    assert.deepEqual([response.status, (await response.json()).error.param], [400, param])
  }
})

test('events of a stream are numbered and in the order of OpenAI', async () => {
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.partial('One.')
      return 'One. Two.'
    },
  })
  const response = await givenProxy({ jobs }).ask(responses, { input: 'Hello', stream: true })
  const { events, data } = readEvents(await response.text())
  assert.deepEqual(
    events.map(({ sequence_number }) => sequence_number),
    events.map((_, index) => index),
  )
  const types = events.map(({ type }) => type.replace('response.', ''))
  assert.deepEqual(
    types.filter((type, index) => type !== types[index - 1]),
    [
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ],
  )
  assert.equal(events.map(({ type, delta }) => (type === 'response.output_text.delta' ? delta : '')).join(''), 'One. Two.')
  assert.equal(events.at(-1).response.output[0].content[0].text, 'One. Two.')
  assert.ok(!data.includes('[DONE]'))
})

test('a stream without an answer ends as failed', async () => {
  const jobs = fakeJobs({ answer: () => ({ error: { code: 'TURN_TIMEOUT', reason: 'too late', retryable: true } }) })
  const response = await givenProxy({ jobs }).ask(responses, { input: 'Hello', stream: true })
  const last = readEvents(await response.text()).events.at(-1)
  assert.deepEqual(
    [last.type, last.response.status, last.response.error.message],
    ['response.failed', 'failed', 'UPSTREAM_TIMEOUT: too late'],
  )
})

test('JSON by text.format is checked as in chat completions', async () => {
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const answers = ['{"n": "one"}', '{"n": 1}']
  const jobs = fakeJobs({ answer: () => ({ text: answers.shift() ?? '', conversation: 'https://chat/c/1' }) })
  const response = await givenProxy({ jobs }).ask(responses, { input: 'x', text: { format: { type: 'json_schema', name: 'n', schema } } })
  const body = await response.json()
  assert.deepEqual([body.id, body.output[0].content[0].text], ['resp_job-2', '{"n":1}'])
})

test('a response in the background is asked for by its id, and cancelled', async () => {
  const jobs = fakeJobs()
  const { ask } = givenProxy({ jobs })
  const queued = await (await ask(responses, { input: 'Hello', background: true })).json()
  assert.deepEqual([queued.id, queued.status, queued.background], ['resp_job-1', 'queued', true])
  assert.equal((await (await ask('/v1/responses/resp_job-1')).json()).status, 'queued')
  assert.equal((await (await ask('/v1/responses/resp_job-1/cancel', {})).json()).status, 'cancelled')
  assert.equal((await ask('/v1/responses/resp_none')).status, 404)
  assert.equal((await ask('/v1/responses/resp_job-1?stream=true')).status, 400)
})
