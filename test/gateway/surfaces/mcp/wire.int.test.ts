import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { HttpCaller } from '../../../../gateway/http/gateway-app.ts'
import { mcpSurface } from '../../../../gateway/surfaces/mcp/surface.ts'
import { tools } from '../../../../gateway/surfaces/tools/tools.ts'
import { servedGateway } from '../../../support/gateway.ts'
import { planHash, stubCortex } from './cortex-stub.ts'

/** What a client may do wrong on the wire, in either era, and what it is told. */

const REVISION = '2026-07-28'
const other: HttpCaller = { name: 'other', scopes: ['create', 'approve', 'read'], isLocal: false }

const given = async (key: Uint8Array = randomBytes(32)) => {
  const { state, operations } = stubCortex()
  const verify = (token: string) => (token === 'other' ? other : undefined)
  const gateway = await servedGateway({
    surfaces: [mcpSurface({ tools, version: '1.2.3', onFact: () => undefined, key })],
    operations,
    guards: { verify },
  })
  const send = async (method: string, headers: Record<string, string>, body?: string) => {
    const response = await fetch(`${gateway.url}/mcp`, { method, headers, ...(body === undefined ? {} : { body }) })
    const text = response.headers.get('content-type')?.startsWith('text/event-stream') && method === 'GET' ? '' : await response.text()
    return { status: response.status, headers: response.headers, text, code: Number(/"code":(-\d+)/.exec(text)?.[1] ?? 0) }
  }
  const accept = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send('POST', { ...accept, ...headers }, typeof body === 'string' ? body : JSON.stringify(body))
  return { state, gateway, send, post, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() }
}

const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params })
const modern = (method: string, params: object = {}, { version = REVISION, capabilities = {} } = {}) =>
  request(method, {
    ...params,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientInfo': { name: 'wire', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
  })
const named = (method: string, name?: string, version = REVISION): Record<string, string> => ({
  'mcp-protocol-version': version,
  'mcp-method': method,
  ...(name ? { 'mcp-name': name } : {}),
})
const initialize = (capabilities: object) =>
  request('initialize', { protocolVersion: '2025-06-18', capabilities, clientInfo: { name: 'wire', version: '1' } })

test('a request of today carries its revision, method and name, and they must be the same in head and body', async () => {
  await using setting = await given()
  const { post } = setting
  assert.equal((await post(modern('tools/list'), named('tools/list'))).status, 200)
  const wrong = [
    await post(modern('tools/list'), named('tools/call')),
    await post(modern('tools/call', { name: 'cortex_get_tasks', arguments: {} }), named('tools/call', 'cortex_cancel_task')),
    await post(modern('tools/list'), named('tools/list', undefined, '2027-01-01')),
    await post(modern('tools/list')),
  ]
  assert.deepEqual(
    wrong.map(({ status, code }) => [status, code]),
    wrong.map(() => [400, -32_020]),
  )
})

test('a revision that is not spoken here is refused with those that are', async () => {
  await using setting = await given()
  const answer = await setting.post(modern('tools/list', {}, { version: '2027-01-01' }), named('tools/list', undefined, '2027-01-01'))
  assert.deepEqual([answer.status, answer.code], [400, -32_022])
  assert.deepEqual(JSON.parse(answer.text).error.data, { supported: [REVISION], requested: '2027-01-01' })
  assert.equal((await setting.post(request('tools/list'), { 'mcp-protocol-version': '1999-01-01' })).status, 400)
})

test('an unknown method is not found, in either era', async () => {
  await using setting = await given()
  const answer = await setting.post(modern('tools/fly'), named('tools/fly'))
  assert.deepEqual([answer.status, answer.code], [404, -32_601])
  assert.equal((await setting.post(request('tools/fly'))).code, -32_601)
})

test('what is no JSON, no JSON-RPC, of another type or not acceptable is refused', async () => {
  await using setting = await given()
  const { post } = setting
  assert.equal((await post('')).status, 415, 'no body has no type')
  for (const body of ['{"jsonrpc', 'hello']) assert.deepEqual([(await post(body)).status, (await post(body)).code], [400, -32_700])
  for (const body of ['null', '7', '{}', '[]', '[1]']) assert.equal((await post(body)).status, 400, body)
  assert.equal((await post(request('tools/list'), { 'content-type': 'text/plain' })).status, 415)
  assert.equal((await post(request('tools/list'), { accept: 'text/html' })).status, 406)
})

test('a batch of the older era is answered, each call for itself', async () => {
  await using setting = await given()
  const batch = [request('tools/list'), { ...request('ping'), id: 2 }]
  const answer = await setting.post(batch, { 'mcp-protocol-version': '2025-03-26' })
  assert.equal(answer.status, 200)
  assert.match(answer.text, /"id":1/)
  assert.match(answer.text, /"id":2/)
})

test('a notification is taken without an answer', async () => {
  await using setting = await given()
  const answer = await setting.post({ jsonrpc: '2.0', method: 'notifications/initialized' })
  assert.deepEqual([answer.status, answer.text], [202, ''])
})

test('without a session there is nothing to listen to or to end', async () => {
  await using setting = await given()
  for (const method of ['GET', 'DELETE', 'PUT'])
    assert.equal((await setting.send(method, { accept: 'text/event-stream' })).status, 405, method)
})

test('only a client that can ask its person gets a session, which only its owner uses and which it can end', async () => {
  await using setting = await given()
  const { post, send } = setting
  assert.equal((await post(initialize({}))).headers.get('mcp-session-id'), null)
  const opened = await post(initialize({ elicitation: {} }))
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? assert.fail('no session') }
  assert.equal((await post(request('tools/list'), session)).status, 200)
  assert.equal((await post(request('tools/list'), { ...session, authorization: 'Bearer other' })).status, 404)
  assert.equal((await send('DELETE', { ...session, authorization: 'Bearer other' })).status, 404)
  assert.equal((await send('DELETE', session)).status, 200)
  assert.equal((await post(request('tools/list'), session)).status, 404)
  assert.equal((await post(request('tools/list'), { 'mcp-session-id': 'of-another-life' })).status, 404)
})

test('an approval that nobody was asked for, or with a forged, stolen or altered state, approves nothing', async () => {
  await using setting = await given()
  const capabilities = { elicitation: { form: {} } }
  const call = (params: object, headers: Record<string, string> = {}) =>
    setting.post(modern('tools/call', { name: 'cortex_review_plan', arguments: { task_id: 'task-1' }, ...params }, { capabilities }), {
      ...named('tools/call', 'cortex_review_plan'),
      ...headers,
    })
  const inputResponses = { decision: { action: 'accept', content: { decision: 'approve' } } }
  const asked = JSON.parse((await call({})).text).result
  assert.equal(asked.resultType, 'input_required')
  assert.ok(asked.inputRequests.decision.params.message.includes(planHash))
  const state: string = asked.requestState

  assert.equal(JSON.parse((await call({ inputResponses })).text).result.resultType, 'input_required', 'it is asked again')
  assert.equal((await call({ inputResponses, requestState: 'v1.e30.AAAA' })).code, -32_602)
  const [head, body = '', mac] = state.split('.')
  const altered = Buffer.from(body, 'base64url').toString().replace(planHash, 'b2'.repeat(32))
  assert.equal(
    (await call({ inputResponses, requestState: [head, Buffer.from(altered).toString('base64url'), mac].join('.') })).code,
    -32_602,
  )
  assert.equal((await call({ inputResponses, requestState: state }, { authorization: 'Bearer other' })).code, -32_602)
  const elsewhere = await call({ inputResponses, requestState: state, arguments: { task_id: 'task-2' } })
  assert.match(elsewhere.text, /there is no task task-2/)
  assert.deepEqual(setting.state.decisions, [])

  assert.match((await call({ inputResponses, requestState: state })).text, /approved/)
  assert.equal(setting.state.decisions.length, 1)
})

test('a question that was asked before a restart can be answered after it, by the key of the same system only', async () => {
  const key = randomBytes(32)
  const params = { name: 'cortex_review_plan', arguments: { task_id: 'task-1' } }
  const answer = { inputResponses: { decision: { action: 'accept', content: { decision: 'approve' } } } }
  const call = (more: object) => modern('tools/call', { ...params, ...more }, { capabilities: { elicitation: { form: {} } } })
  const head = named('tools/call', 'cortex_review_plan')
  const ask = async (): Promise<string> => {
    await using before = await given(key)
    return JSON.parse((await before.post(call({}), head)).text).result.requestState
  }
  const requestState = await ask()
  await using other = await given()
  assert.equal((await other.post(call({ ...answer, requestState }), head)).code, -32_602)
  await using after = await given(key)
  assert.match((await after.post(call({ ...answer, requestState }), head)).text, /approved/)
  assert.deepEqual([other.state.decisions.length, after.state.decisions.length], [0, 1])
})

test('pages of other origins, foreign names and wrong tokens are refused before the protocol', async () => {
  await using setting = await given()
  const { post } = setting
  assert.equal((await post(request('tools/list'), { origin: 'http://evil.example' })).status, 403)
  assert.equal((await post(request('tools/list'), { authorization: 'Bearer wrong' })).status, 401)
  assert.equal(setting.gateway.callers.length, 0)
})

test('a body that is too long is refused unread', async () => {
  await using setting = await given()
  assert.equal((await setting.post(`{"a":"${'x'.repeat(1_100_000)}"}`)).status, 413)
})

test('a gateway that stops ends what clients listen to', async () => {
  await using setting = await given()
  const opened = await setting.post(initialize({ elicitation: {} }))
  const session = opened.headers.get('mcp-session-id') ?? assert.fail('no session')
  const stream = await fetch(`${setting.gateway.url}/mcp`, { headers: { accept: 'text/event-stream', 'mcp-session-id': session } })
  assert.equal(stream.status, 200)
  const read = stream.text()
  setting.gateway.stopping.abort()
  await read
})
