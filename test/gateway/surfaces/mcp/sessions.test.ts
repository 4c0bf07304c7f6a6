import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AuthInfo, McpServer } from '@modelcontextprotocol/server'
import { createSessions, type Sessions } from '../../../../gateway/surfaces/mcp/sessions.ts'

const ada: AuthInfo = { token: '', clientId: 'ada', scopes: [] }
const bob: AuthInfo = { token: '', clientId: 'bob', scopes: [] }
const post = (body: object, id?: string): Request =>
  new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...(id ? { 'mcp-session-id': id } : {}) },
    body: JSON.stringify(body),
  })
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: { elicitation: {} }, clientInfo: { name: 'test', version: '1' } },
}
const ping = { jsonrpc: '2.0', id: 2, method: 'ping' }

const given = ({ most = 2, ofOne = 2 } = {}) => {
  const clock = { now: 0 }
  const servers = { closed: 0 }
  const serverFor = (): McpServer => {
    const server = new McpServer({ name: 'cortex', version: '1' })
    server.server.onclose = () => {
      servers.closed += 1
    }
    return server
  }
  const sessions = createSessions(serverFor, { most, ofOne, idleMs: 1000, now: () => new Date(clock.now) })
  return { clock, servers, sessions }
}

const open = async (sessions: Sessions, auth: AuthInfo): Promise<string> => {
  const answer = await sessions.open(post(initialize), initialize, auth)
  return answer.headers.get('mcp-session-id') ?? assert.fail('no session')
}
const isThere = async (sessions: Sessions, id: string, auth: AuthInfo): Promise<boolean> =>
  (await sessions.serve(id, post(ping, id), ping, auth))?.status === 200

test("a session is its owner's alone", async () => {
  const { sessions } = given()
  const id = await open(sessions, ada)
  assert.equal(await isThere(sessions, id, ada), true)
  assert.equal(sessions.serve(id, post(ping, id), ping, bob), undefined)
  assert.equal(sessions.serve(id, post(ping, id), ping, { ...ada, scopes: ['read'] }), undefined, 'the same name with other scopes')
  await sessions.close()
  assert.equal(sessions.serve(id, post(ping, id), ping, ada), undefined)
})

test('when there are too many, the one that was not used for longest ends', async () => {
  const { clock, sessions } = given()
  const first = await open(sessions, ada)
  clock.now = 10
  const second = await open(sessions, ada)
  clock.now = 20
  assert.equal(await isThere(sessions, first, ada), true)
  clock.now = 30
  const third = await open(sessions, bob)
  assert.deepEqual(await Promise.all([isThere(sessions, first, ada), isThere(sessions, third, bob)]), [true, true])
  assert.equal(sessions.serve(second, post(ping, second), ping, ada), undefined)
  await sessions.close()
})

test('who opens many loses their own, and nobody else loses one', async () => {
  const { clock, sessions } = given({ most: 10, ofOne: 2 })
  const theirs = await open(sessions, ada)
  const mine: string[] = []
  for (const at of [1, 2, 3]) {
    clock.now = at
    mine.push(await open(sessions, bob))
  }
  assert.equal(await isThere(sessions, theirs, ada), true)
  assert.deepEqual(await Promise.all(mine.map((id) => isThere(sessions, id, bob))), [false, true, true])
  await sessions.close()
})

test('one that nobody used for long ends when the next one comes', async () => {
  const { clock, sessions } = given()
  const id = await open(sessions, ada)
  clock.now = 1001
  await open(sessions, bob)
  assert.equal(sessions.serve(id, post(ping, id), ping, ada), undefined)
  await sessions.close()
})

test('a connection that is refused leaves nothing behind', async () => {
  const { servers, sessions } = given()
  const broken = { ...initialize, jsonrpc: '1.0' }
  const answer = await sessions.open(post(broken), broken, ada)
  assert.equal(answer.status, 400)
  assert.equal(servers.closed, 1)
})
