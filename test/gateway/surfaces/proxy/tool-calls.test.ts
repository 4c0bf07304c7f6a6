import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { givenProxy, hello, readEvents } from '../../../support/proxy.ts'

const chat = '/v1/chat/completions'
const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
}
const clock = { type: 'function', function: { name: 'clock' } }
const asking = { ...hello, tools: [weather, clock] }
const calling = (...calls: object[]): string => `\`\`\`json\n${JSON.stringify({ tool_calls: calls })}\n\`\`\``
const rain = { name: 'weather', arguments: { city: 'Bern' } }

/** A proxy whose page gives these answers, one after the other. */
const answering = (...texts: string[]) =>
  givenProxy({ jobs: fakeJobs({ answer: () => ({ text: texts.shift() ?? '', conversation: 'https://chat/c/1' }) }) })
type Proxy = ReturnType<typeof answering>
const choiceOf = async (proxy: Proxy, more: object = {}) => {
  const body = await (await proxy.ask(chat, { ...asking, ...more })).json()
  return body.choices?.[0] ?? body.error
}

test('an answer that calls tools is told as such, and the page knew the tools', async () => {
  const proxy = answering(calling(rain, { name: 'clock' }))
  const { message, finish_reason } = await choiceOf(proxy)
  assert.deepEqual([finish_reason, message.content], ['tool_calls', null])
  assert.deepEqual(message.tool_calls, [
    { id: 'call_1_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } },
    { id: 'call_1_1', type: 'function', function: { name: 'clock', arguments: '{}' } },
  ])
  const [request] = proxy.jobs.requests
  assert.match(request?.prompt ?? '', /^Hello World\n\nYou may call one or more of the tools/)
  assert.match(request?.prompt ?? '', /"name":"weather","description":"The weather of a city","parameters"/)
})

test('an answer without calls is text, unless one must be made', async () => {
  assert.deepEqual((await choiceOf(answering('Sunny.'))).message.content, 'Sunny.')
  const proxy = answering('Sunny.', calling(rain))
  assert.equal((await choiceOf(proxy, { tool_choice: 'required' })).finish_reason, 'tool_calls')
  assert.match(proxy.jobs.requests[1]?.prompt ?? '', /the answer calls no tool/)
})

test('calls are checked against the schemas of the tools, and repaired once', async () => {
  const wrong = calling({ name: 'weather', arguments: { town: 'Bern' } }, { name: 'oracle' })
  const proxy = answering(wrong, calling(rain))
  assert.equal((await choiceOf(proxy)).message.tool_calls.length, 1)
  assert.match(proxy.jobs.requests[1]?.prompt ?? '', /city.*\n.*\(town\)\n.*there is no tool "oracle"/)
  assert.deepEqual(proxy.jobs.requests[1]?.conversation, { kind: 'resume', url: 'https://chat/c/1' })
  assert.equal((await choiceOf(answering(wrong, wrong))).code, 'UPSTREAM_BAD_RESPONSE')
})

test('an answer that only quotes a call is text, and nothing is repaired', async () => {
  for (const quoted of [calling({ name: 'your_tool' }), calling(rain), JSON.stringify({ tool_calls: [rain] })])
    for (const text of [`To call a tool, write:\n\n${quoted}\n\nThat is all.`, `Write this:\n${quoted}`, `${quoted}\nis how.`]) {
      const proxy = answering(text)
      const { message, finish_reason } = await choiceOf(proxy)
      assert.deepEqual([message.content, message.tool_calls, finish_reason], [text, undefined, 'stop'])
      assert.equal(proxy.jobs.requests.length, 1)
    }
  const { message } = await choiceOf(answering(`Of course:\n${calling(rain)}`), { tool_choice: 'required' })
  assert.equal(message.tool_calls.length, 1)
})

test('a tool that is named is the only one, and calls side by side can be forbidden', async () => {
  const named = answering(calling({ name: 'clock' }), calling(rain))
  await choiceOf(named, { tool_choice: { type: 'function', function: { name: 'weather' } } })
  assert.match(named.jobs.requests[0]?.prompt ?? '', /Call one of the tools/)
  assert.doesNotMatch(named.jobs.requests[0]?.prompt ?? '', /clock/)
  assert.match(named.jobs.requests[1]?.prompt ?? '', /there is no tool "clock"/)
  const single = answering(calling(rain, rain), calling(rain))
  assert.equal((await choiceOf(single, { parallel_tool_calls: false })).message.tool_calls.length, 1)
  assert.equal((await choiceOf(answering(), { tool_choice: { type: 'function', function: { name: 'x' } } })).param, 'tool_choice')
})

test('of all tools those that are allowed may be called, or must be, at both doors', async () => {
  const of = (mode: string, ...names: string[]) => ({
    chat: { type: 'allowed_tools', allowed_tools: { mode, tools: names.map((name) => ({ type: 'function', function: { name } })) } },
    responses: { type: 'allowed_tools', mode, tools: names.map((name) => ({ type: 'function', name })) },
  })
  const allowed = answering('Sunny.')
  assert.equal((await choiceOf(allowed, { tool_choice: of('auto', 'weather').chat })).message.content, 'Sunny.')
  assert.match(allowed.jobs.requests[0]?.prompt ?? '', /You may call one or more/)
  assert.doesNotMatch(allowed.jobs.requests[0]?.prompt ?? '', /clock/)
  const must = answering('Sunny.', calling(rain, rain))
  assert.equal((await choiceOf(must, { tool_choice: of('required', 'weather', 'clock').chat })).message.tool_calls.length, 2)
  const response = await answering(calling(rain)).ask('/v1/responses', {
    ...{ model: 'gpt-test', input: 'Rain?', tools: [{ ...weather.function, type: 'function' }] },
    tool_choice: of('required', 'weather').responses,
  })
  assert.equal((await response.json()).output[0].name, 'weather')
  for (const wrong of [of('auto', 'weather', 'oracle').chat, of('auto').chat, of('never', 'weather').chat])
    assert.equal((await choiceOf(answering(), { tool_choice: wrong })).param, 'tool_choice')
  assert.equal((await choiceOf(answering(), { tools: [], tool_choice: of('auto', 'weather').chat })).param, 'tool_choice')
})

test('with tool_choice none the page hears of no tools', async () => {
  const proxy = answering(calling(rain))
  assert.equal((await choiceOf(proxy, { tool_choice: 'none' })).finish_reason, 'stop')
  assert.equal(proxy.jobs.requests[0]?.prompt, 'Hello World')
})

test('earlier calls and their results are told to the page in their places', async () => {
  const proxy = answering('It rains.')
  const made = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } }
  const messages = [
    ...hello.messages,
    { role: 'assistant', content: null, tool_calls: [made] },
    { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
  ]
  assert.equal((await choiceOf(proxy, { messages })).message.content, 'It rains.')
  const prompt = proxy.jobs.requests[0]?.prompt ?? ''
  assert.ok(prompt.includes('<assistant>\n{"tool_calls":[{"name":"weather","arguments":{"city":"Bern"}}]}\n</assistant>'))
  assert.ok(prompt.includes('<tool>\nresult of weather {"city":"Bern"}:\nrain\n</tool>'))
})

test('results of one tool that was called twice are told apart, by the ids of their calls or by their order', async () => {
  const made = (city: string, id?: string) => ({ ...(id ? { id } : {}), type: 'function', function: { name: 'weather', arguments: city } })
  const promptOf = async (calls: object[], ...results: object[]): Promise<string> => {
    const proxy = answering('It rains.')
    const told = results.map((result) => ({ role: 'tool', ...result }))
    await choiceOf(proxy, { messages: [...hello.messages, { role: 'assistant', content: '', tool_calls: calls }, ...told] })
    return proxy.jobs.requests[0]?.prompt ?? ''
  }
  const byId = [made('"Bern"', 'call_1'), made('"Rome"', 'call_2')]
  const swapped = await promptOf(byId, { tool_call_id: 'call_2', content: 'sun' }, { tool_call_id: 'call_1', content: 'rain' })
  assert.match(swapped, /result of weather "Rome":\nsun[\s\S]*result of weather "Bern":\nrain/)
  const misleading = byId.map((call, index) => ({ ...call, function: { ...call.function, id: `call_${2 - index}` } }))
  assert.match(await promptOf(misleading, { tool_call_id: 'call_1', content: 'rain' }), /result of weather "Bern":\nrain/)
  const nameless = [made('"Bern"'), made('"Rome"')]
  for (const which of [{}, { name: 'weather' }, { tool_call_id: 'unheard of' }])
    assert.match(
      await promptOf(nameless, { ...which, content: 'rain' }, { ...which, content: 'sun' }),
      /result of weather "Bern":\nrain[\s\S]*result of weather "Rome":\nsun/,
    )
  assert.match(await promptOf([], { tool_call_id: 'unheard of', content: 'rain' }), /result of unheard of:\nrain/)
})

test('an answer that calls tools counts the tokens of its calls', async () => {
  const { usage } = await (await answering(calling(rain)).ask(chat, asking)).json()
  assert.ok(usage.completion_tokens > 0)
})

test('a stream tells the calls when they are sure, and nothing of their text', async () => {
  const jobs = fakeJobs({
    answer: (turn) => {
      turn.partial('{"tool')
      return calling(rain)
    },
  })
  const { events, data } = readEvents(await (await givenProxy({ jobs }).ask(chat, { ...asking, stream: true })).text())
  const deltas = events.map(({ choices: [choice] }) => choice.delta)
  assert.deepEqual(deltas[1].tool_calls, [
    { index: 0, id: 'call_1_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } },
  ])
  assert.deepEqual([events.at(-1).choices[0].finish_reason, data.at(-1)], ['tool_calls', '[DONE]'])
  assert.equal(deltas.map(({ content }) => content ?? '').join(''), '')
})

const flat = [weather, clock].map(({ type, function: what }) => ({ type, ...what }))
const response = { model: 'gpt-test', input: 'Hello World', tools: flat }

test('a response calls tools as items of its own, and takes their results', async () => {
  const proxy = answering(calling({ name: 'weather', arguments: {} }), calling(rain, { name: 'clock' }), 'It rains.')
  const { output, status, tools } = await (await proxy.ask('/v1/responses', response)).json()
  const [first, second] = output
  const { type, status: state, call_id, name } = first
  assert.deepEqual([type, state, call_id, name, first.arguments], ['function_call', 'completed', 'call_2_0', 'weather', '{"city":"Bern"}'])
  assert.deepEqual([output.length, second.name, status, tools], [2, 'clock', 'completed', flat])
  const input = [{ role: 'user', content: 'Hello World' }, first, { type: 'function_call_output', call_id, output: 'rain' }]
  const after = await (await proxy.ask('/v1/responses', { ...response, input })).json()
  assert.equal(after.output[0].content[0].text, 'It rains.')
  const prompt = proxy.jobs.requests[2]?.prompt ?? ''
  assert.ok(prompt.includes('<assistant>\n{"tool_calls":[{"name":"weather","arguments":{"city":"Bern"}}]}\n</assistant>'))
  assert.ok(prompt.includes('<tool>\nresult of weather {"city":"Bern"}:\nrain\n</tool>'))
})

test('a response can be made to call one tool by its name', async () => {
  const proxy = answering('Sunny.', calling(rain))
  const forced = { ...response, tool_choice: { type: 'function', name: 'weather' } }
  assert.equal((await (await proxy.ask('/v1/responses', forced)).json()).output[0].name, 'weather')
  assert.match(proxy.jobs.requests[0]?.prompt ?? '', /Call one of the tools/)
})

test('a streamed response tells calls in the order of OpenAI, and no message', async () => {
  const { events } = readEvents(await (await answering(calling(rain)).ask('/v1/responses', { ...response, stream: true })).text())
  assert.deepEqual(
    events.map(({ type }) => type.replace('response.', '')),
    [
      'created',
      'in_progress',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ],
  )
  assert.deepEqual(events.at(-1).response.output, [events.at(-2).item])
})

test('where calls cannot be answered tools are refused, not ignored', async () => {
  const refused = await givenProxy().ask('/async/submit', { payload: asking })
  assert.equal(refused.status, 400)
  assert.match((await refused.json()).error.message, /answered by \/v1\/chat\/completions/)
})
