import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { givenProxy, hello, pixelUrl } from '../../../support/proxy.ts'

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly requestBody?: object
  readonly responses: Record<string, object>
}
interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
}
type Proxy = ReturnType<typeof givenProxy>

const documentOf = async ({ ask }: Proxy): Promise<Document> => {
  const answer = await ask('/openapi.json')
  assert.equal(answer.status, 200)
  // A test's own look at what was answered.
  return (await answer.json()) as Document
}

/** Judges values by the schemas of a document, addressed from its top. */
const judgeBy = (document: Document) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', ...document })
  return (address: readonly string[], value: unknown): string => {
    const pointer = address.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    return ajv.validate({ $ref: `document#/${pointer}` }, value) ? '' : ajv.errorsText()
  }
}

const weather = { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }
const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } }
const picture = {
  role: 'user',
  content: [
    { type: 'text', text: 'What is it?' },
    { type: 'image_url', image_url: { url: pixelUrl } },
  ],
}

/** Requests as clients send them, by path. */
const asked: readonly (readonly [path: string, body: object])[] = [
  ['/v1/chat/completions', { ...hello, stop: 'END', max_tokens: 3, temperature: 1, response_format: { type: 'text' } }],
  [
    '/v1/chat/completions',
    { messages: [...hello.messages, picture], tools: [{ type: 'function', function: weather }], tool_choice: 'auto' },
  ],
  [
    '/v1/chat/completions',
    {
      messages: [
        ...hello.messages,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
      ],
    },
  ],
  ['/v1/responses', { input: 'Hello', instructions: 'Be brief.', max_output_tokens: 9 }],
  [
    '/v1/responses',
    { input: [{ role: 'user', content: 'Rain?' }], tools: [{ type: 'function', ...weather }], text: { format: { type: 'text' } } },
  ],
  ['/api/chat', { model: 'gpt-test:latest', stream: false, messages: hello.messages, options: { num_predict: -1 } }],
  ['/api/generate', { model: 'gpt-test', stream: false, prompt: 'Hello', images: [pixelUrl.split(',')[1]] }],
  ['/api/show', { model: 'gpt-test' }],
  ['/async/submit', { payload: hello, priority: 'batch', aggressive: { enabled: true }, dom: '<p/>', screenshot: pixelUrl }],
]
const looked = [
  ...['/v1/models', '/v1/models/gpt-test', '/v1/responses/resp_job-1', '/api/tags', '/api/ps', '/api/version', '/health'],
  ...['/async/status/job-1', '/async/result/job-1', '/async/queue', '/async/state', '/async/metrics'],
]
/** The path as the document has it. */
const described = (path: string): string => path.replace(/\/(job-1|none)$/, '/{id}').replace(/(models|responses)\/[^/]+/, '$1/{id}')

test('the document of the port is valid OpenAPI 3.1, and names every route of the three APIs', async () => {
  const document = await documentOf(givenProxy({ tools: {} }))
  const { valid, errors } = await new Validator().validate({ ...structuredClone(document) })
  assert.deepEqual([document.openapi, valid, errors], ['3.1.0', true, undefined])
  const routes = givenProxy().app.routes.filter(({ path, method }) => /^\/(v1|api|async)\//.test(path) && method !== 'ALL')
  const undescribed = routes.filter(({ method, path }) => !document.paths[path.replace(/:id(\{.*\})?/, '{id}')]?.[method.toLowerCase()])
  assert.deepEqual([undescribed, routes.length > 18], [[], true])
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  const names = operations.flatMap(({ operationId }) => operationId ?? [])
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted())
  for (const { summary, tags } of operations) assert.ok(summary && tags?.length)
})

test('what clients send is taken, and answered, as the document says', async () => {
  const proxy = givenProxy({ jobs: fakeJobs({ answer: () => ({ text: 'Hello.', conversation: 'https://chat/c/1' }) }) })
  const document = await documentOf(proxy)
  const judge = judgeBy(document)
  const check = async (method: string, path: string, body?: object): Promise<void> => {
    const place = ['paths', described(path), method]
    if (document.paths[described(path)]?.[method]?.requestBody)
      assert.equal(judge([...place, 'requestBody', 'content', 'application/json', 'schema'], body), '', path)
    const answer = await proxy.ask(path, body)
    const said = await answer.json()
    assert.ok(answer.ok, `${path}: ${JSON.stringify(said)}`)
    assert.equal(judge([...place, 'responses', String(answer.status), 'content', 'application/json', 'schema'], said), '', path)
  }
  for (const [path, body] of asked) await check('post', path, body)
  for (const path of looked) await check('get', path)
  for (const path of ['/async/cancel/job-1', '/v1/responses/resp_job-1/cancel']) await check('post', path, {})
})

test('every route of our own refuses what it does not know in its address; those of OpenAI, Ollama and probes take what their clients say', async () => {
  const proxy = givenProxy({ tools: {} })
  for (const [path, methods] of Object.entries((await documentOf(proxy)).paths))
    for (const method of Object.keys(methods)) {
      const answer = await proxy.ask(`${path.replace('{id}', 'job-1')}?weit_ms=5`, method === 'post' ? hello : undefined)
      const told = await answer.text()
      if (/^\/(v1|api)\/|^\/(health|metrics)$/.test(path)) assert.doesNotMatch(told, /is not known here/, path)
      else assert.match(`${answer.status} ${told}`, /^400 .*weit_ms: is not known here; /s, `${method} ${path}`)
    }
  assert.equal((await proxy.ask('/v1/models?client_version=0.169.0')).status, 200)
  assert.match(await (await proxy.ask('/v1/responses/resp_job-1?include=all&stream=AAA')).text(), /stream: /)
})

test('a refusal has the shape that its API is described with, and what the document forbids is refused', async () => {
  const proxy = givenProxy()
  const judge = judgeBy(await documentOf(proxy))
  const wrong: readonly (readonly [string, object])[] = [
    ...[{}, { messages: [] }, { ...hello, stream: 'yes' }, { ...hello, stop: 7 }, { ...hello, tools: [{}] }].map(
      (body) => ['/v1/chat/completions', body] as const,
    ),
    ...[
      { ...hello, parallel_tool_calls: 1 },
      { ...hello, stream_options: 1 },
    ].map((body) => ['/v1/chat/completions', body] as const),
    ['/v1/chat/completions', { messages: [{ role: 'assistant', content: 'x', tool_calls: {} }] }],
    ['/v1/chat/completions', { messages: [{ role: 'tool', content: 'x', tool_call_id: 7 }] }],
    ...[{ input: 7 }, { input: 'x', text: 7 }, { input: 'x', reasoning: [7] }, { input: 'x', background: 'no' }].map(
      (body) => ['/v1/responses', body] as const,
    ),
    ['/v1/responses', { input: [{ type: 'function_call_output', output: 'x' }] }],
    ...[{ model: 7 }, { options: 7, prompt: 'x' }, { prompt: 'x', images: 7 }].map((body) => ['/api/generate', body] as const),
    ...[
      { prompt: 'x', options: { num_predict: 'many' } },
      { prompt: 'x', system: 7 },
    ].map((body) => ['/api/generate', body] as const),
    ['/api/chat', { ...hello, stream: 1 }],
    ['/api/chat', { messages: false }],
    ['/async/submit', { payload: 7 }],
  ]
  for (const [path, body] of wrong) {
    const place = ['paths', path, 'post']
    const about = `${path} ${JSON.stringify(body)}`
    assert.notEqual(judge([...place, 'requestBody', 'content', 'application/json', 'schema'], body), '', `the document allows ${about}`)
    const answer = await proxy.ask(path, body)
    assert.equal(answer.status, 400, about)
    assert.equal(judge([...place, 'responses', '400', 'content', 'application/json', 'schema'], await answer.json()), '', about)
  }
  for (const path of ['/async/status/none', '/v1/models/none', '/v1/responses/none']) {
    const answer = await proxy.ask(path)
    const schema = ['paths', described(path), 'get', 'responses', '404', 'content', 'application/json', 'schema']
    assert.deepEqual([answer.status, judge(schema, await answer.json())], [404, ''], path)
  }
})
