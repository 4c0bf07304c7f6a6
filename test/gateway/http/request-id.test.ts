import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayApp, Surface } from '../../../gateway/http/gateway-app.ts'
import { followTasks } from '../../../gateway/surfaces/follow/follow-tasks.ts'
import { followSurface } from '../../../gateway/surfaces/follow/surface.ts'
import { mcpSurface } from '../../../gateway/surfaces/mcp/surface.ts'
import { operationSurface } from '../../../gateway/surfaces/operations/surface.ts'
import { operatorSurface } from '../../../gateway/surfaces/operator/surface.ts'
import { taskSurface } from '../../../gateway/surfaces/tasks/surface.ts'
import { toolSurface } from '../../../gateway/surfaces/tools/surface.ts'
import { tools } from '../../../gateway/surfaces/tools/tools.ts'
import { webhookSurface } from '../../../gateway/surfaces/webhooks/surface.ts'
import { givenGateway } from '../../support/gateway.ts'
import { pageWorld } from '../../support/page-world.ts'
import { givenProxy } from '../../support/proxy.ts'
import { roomyDisk } from '../../support/stubs.ts'

/** Answers that no helper of the app has made. */
const raw: Surface = (app) => {
  app.get('/raw', () => new Response('as it is'))
  app.get('/raw-stream', () => new Response(new ReadableStream({ pull: (line) => line.enqueue(new Uint8Array(1)) })))
}

const gateway = () => {
  const world = pageWorld()
  world.tell('task-1', { type: 'task.created', data: { title: 'Fix', by: 'ada', channel: 'cli' } })
  const follower = followTasks({ onFact: () => undefined, facts: async () => [], lines: async () => [], listen: () => () => undefined })
  const nothing = async () => []
  const workload = async () => ({ dispatches: [], running: [], tasks: [], agents: [], events: [] })
  return givenGateway({
    surfaces: [
      ...[raw, toolSurface(), taskSurface(), operationSurface(), followSurface({ follower }), webhookSurface({ sources: [] })],
      operatorSurface({
        views: { dispatches: nothing, workload, health: nothing },
        ping: async () => 1,
        door: async () => ({ bytes: 7, isOpen: true }),
        disk: roomyDisk,
        refusals: { all: () => [] },
        startedAt: new Date(0),
        version: '1.2.3',
      }),
      ...world.surfaces,
      mcpSurface({ tools, version: '1.2.3', onFact: () => undefined, key: new Uint8Array(32) }),
    ],
    operations: world.operations,
  }).app
}

/** Every route with its parameters filled in, and what has no route. */
const requestsTo = (app: GatewayApp): [method: string, path: string][] => {
  const own = app.routes.filter(({ method, path }) => method !== 'ALL' || path === '/mcp')
  const routes = own.flatMap(({ method, path }): [string, string][] => {
    const filled = path
      .replace(/:number/g, '1')
      .replace(/:name(?=$|\?)/g, 'page.css')
      .replace(/:\w+/g, 'task-1')
    return (method === 'ALL' ? ['GET', 'POST', 'DELETE'] : method === 'GET' ? ['GET', 'HEAD'] : [method]).map((one) => [one, filled])
  })
  return [...routes, ['GET', '/nowhere'], ['DELETE', '/health'], ['OPTIONS', '/tasks']]
}

const initialize = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-06-18', capabilities: { elicitation: {} }, clientInfo: { name: 'x', version: '1' } },
}
const callers: Readonly<Record<string, Record<string, string>>> = {
  'the person here': {},
  'somebody with a token': { authorization: 'Bearer secret' },
  'somebody with a wrong token': { authorization: 'Bearer nobodys' },
  'a page of another origin': { origin: 'https://evil.example' },
  'a session of nobody': { 'mcp-session-id': 'gone' },
}

for (const [port, makeApp] of Object.entries({ 8900: gateway, 8000: () => givenProxy({ tools: {}, token: 'secret' }).app }))
  test(`every answer of port ${port} has a request id, whichever way it was made`, async () => {
    const app = makeApp()
    const statuses = new Set<number>()
    for (const [method, path] of requestsTo(app))
      for (const [who, headers] of Object.entries(callers)) {
        const answer = await app.request(path, {
          method,
          headers: {
            host: 'localhost:8900',
            accept: 'application/json, text/event-stream',
            'content-type': 'application/json',
            ...headers,
          },
          ...(method === 'POST' ? { body: JSON.stringify(path === '/mcp' ? initialize : {}) } : {}),
        })
        statuses.add(answer.status)
        assert.ok(answer.headers.get('x-request-id'), `${method} ${path} of ${who}: ${answer.status}`)
        await answer.body?.cancel()
      }
    for (const status of [200, 400, 401, 403, 404, 405]) assert.ok(statuses.has(status), `no ${status} among ${[...statuses]}`)
  })
