import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FieldFault } from '../../../../gateway/surfaces/proxy/fault.ts'
import { limited, textLimits } from '../../../../gateway/surfaces/proxy/text-limits.ts'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { givenProxy, hello, readEvents } from '../../../support/proxy.ts'

const chat = '/v1/chat/completions'
const long = 'One two three. END of it.'
const answering = () => givenProxy({ jobs: fakeJobs({ answer: () => long }) })

test('a text ends before its first stop, or when its tokens are used up', () => {
  assert.deepEqual(limited(long, { stop: [] }), { text: long, finish: 'stop' })
  assert.deepEqual(limited(long, { stop: ['it', ' END'] }), { text: 'One two three.', finish: 'stop' })
  assert.deepEqual(limited(long, { stop: [' END'], maxTokens: 2 }), { text: 'One two ', finish: 'length' })
  assert.deepEqual(limited('abc😀', { stop: [], maxTokens: 1 }), { text: 'abc', finish: 'length' })
})

test('limits that are none are told, and the smaller one counts', () => {
  const faults: FieldFault[] = []
  assert.deepEqual(textLimits({ stop: 'x', max_tokens: 5, max_completion_tokens: 4 }, faults), { stop: ['x'], maxTokens: 4 })
  assert.equal(textLimits({ stop: null, max_tokens: null }, faults), undefined)
  assert.equal(faults.length, 0)
  textLimits({ stop: [7], max_tokens: 0 }, faults)
  textLimits({ max_tokens: 2 ** 60 }, faults)
  assert.deepEqual(
    faults.map(({ param }) => param),
    ['stop', 'max_tokens', 'max_tokens'],
  )
})

test('an answer that is cut says so, whole and streamed', async () => {
  const whole = await answering().ask(chat, { ...hello, max_tokens: 2 })
  const [choice] = (await whole.json()).choices
  assert.deepEqual([choice.message.content, choice.finish_reason], ['One two ', 'length'])
  assert.match(whole.headers.get('x-cortex-note') ?? '', /cut to 2 tokens/)
  const streamed = readEvents(await (await answering().ask(chat, { ...hello, max_tokens: 2, stream: true })).text())
  assert.equal(streamed.events.map(({ choices: [one] }) => one.delta.content ?? '').join(''), 'One two ')
  assert.equal(streamed.events.at(-1).choices[0].finish_reason, 'length')
  assert.ok(streamed.comments.some((comment) => /^note: cut/.test(comment)))
  const response = await (await answering().ask('/v1/responses', { model: 'gpt-test', input: 'x', max_output_tokens: 2 })).json()
  assert.deepEqual([response.status, response.incomplete_details.reason], ['incomplete', 'max_output_tokens'])
})

test('a job of /async ends where its payload says, and so does a response asked for by its id', async () => {
  const { ask } = answering()
  await ask('/async/submit', { payload: { ...hello, stop: [' END'] } })
  const { result } = await (await ask('/async/result/job-1?wait_ms=5000')).json()
  assert.deepEqual([result.assistant_text, result.finish_reason, result.raw_response.text], ['One two three.', 'stop', long])
  await ask('/async/submit', { payload: { ...hello, max_tokens: 2 } })
  const cut = (await (await ask('/async/result/job-2?wait_ms=5000')).json()).result
  assert.deepEqual([cut.assistant_text, cut.finish_reason], ['One two ', 'length'])
  await ask('/v1/responses', { input: 'x', background: true, max_output_tokens: 2 })
  await ask('/async/result/job-3?wait_ms=5000')
  const response = await (await ask('/v1/responses/resp_job-3')).json()
  assert.deepEqual([response.output[0].content[0].text, response.status], ['One two ', 'incomplete'])
})

test('nothing behind a stop is ever shown in a stream', async () => {
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.partial('One two three. END')
      return long
    },
  })
  const { events } = readEvents(await (await givenProxy({ jobs }).ask(chat, { ...hello, stop: ' END', stream: true })).text())
  assert.equal(events.map(({ choices: [one] }) => one.delta.content ?? '').join(''), 'One two three.')
})

test('an answer whose end the page did not mark may be cut, and the model is called the same whole and streamed', async () => {
  const proxy = givenProxy({
    jobs: fakeJobs({ answer: () => ({ text: 'Half', model: 'GPT Other', mayBeCut: true, notes: ['no bar – came'] }) }),
  })
  const whole = await proxy.ask(chat, hello)
  const body = await whole.json()
  assert.deepEqual([body.choices[0].finish_reason, body.model, whole.headers.get('x-cortex-note')], ['length', 'gpt-test', 'no bar   came'])
  const { events } = readEvents(await (await proxy.ask(chat, { ...hello, stream: true })).text())
  assert.deepEqual([events.at(-1).choices[0].finish_reason, events.at(-1).model], ['length', 'gpt-test'])
})
