import assert from 'node:assert/strict'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { overBus } from '../../gateway/carriers.ts'
import type { ServiceContext } from '../../gateway/context/define-service.ts'
import { callOf, clientOf, declared, type Operations, servicesOf } from '../../gateway/operations.ts'
import { mcpSurface } from '../../gateway/surfaces/mcp/surface.ts'
import { operationSurface } from '../../gateway/surfaces/operations/surface.ts'
import { toolSurface } from '../../gateway/surfaces/tools/surface.ts'
import { tools, toolsOf } from '../../gateway/surfaces/tools/tools.ts'
import { givenGateway } from '../support/gateway.ts'
import { root } from '../support/source-tree.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** What somebody writes who wants an operation: this in one file, and nothing else. */
const file = 'gateway/services/system.ts'
const before = 'export const systemOperations = {\n'
const written = `  greet: defineOperation({
    name: 'system.greet',
    summary: 'Greets somebody, several times.',
    scopes: ['read'],
    input: z.strictObject({ firstName: z.string().min(1), times: z.int().min(1).max(9).default(2) }),
    answer: z.looseObject({ words: z.string() }),
    http: { method: 'get', path: '/greetings/{first_name}', operationId: 'greet', tag: 'system', description: 'The greeting' },
    tool: { name: 'cortex_greet', title: 'Greet somebody', description: 'Greets somebody as often as you say.', idempotent: true },
    handler: async ({ firstName, times }, { caller }) => ({ words: \`\${caller.by} greets \${firstName} \${times} times\` }),
  }),
`

/** A copy of the rooms in which the operation was written; its modules are other ones than ours. */
const copied = async (folder: string) => {
  for (const room of ['bus', 'domain', 'functions', 'gateway', 'package.json'])
    cpSync(join(root, room), join(folder, room), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const text = readFileSync(join(folder, file), 'utf8')
  assert.equal(text.split(before).length, 2, `${file} has its operations once`)
  writeFileSync(join(folder, file), text.replace(before, before + written))
  const load = (path: string) => import(join(folder, path))
  return {
    operations: (await load('gateway/operations.ts')) as { declared: typeof declared },
    carriers: (await load('gateway/carriers.ts')) as typeof import('../../gateway/carriers.ts'),
    surfaces: [
      ((await load('gateway/surfaces/operations/surface.ts')) as { operationSurface: typeof operationSurface }).operationSurface(),
      ((await load('gateway/surfaces/tools/surface.ts')) as { toolSurface: typeof toolSurface }).toolSurface(),
    ],
    tools: ((await load('gateway/surfaces/tools/tools.ts')) as { tools: typeof tools }).tools,
  }
}

const partial: Partial<ServiceContext> = { caller: { by: 'ada', channel: 'gateway' } }
const context = partial as ServiceContext // nothing else is asked for here

const openApi = { openapi: '3.1.0', info: { title: 'Cortex', version: '0' } }
type Answer = Record<string, unknown>

test('an operation that is written in one file is a micro service, a route, a tool of models and a call of every client', async () => {
  await using folder = await temporaryFolder()
  const copy = await copied(folder.path)
  const all = copy.operations.declared
  assert.equal(servicesOf(all).get('system')?.endpoints['greet']?.summary, 'Greets somebody, several times.')
  const asked: unknown[] = []
  const ask = async ({ name }: { name: string }, input: object) => {
    asked.push([name, input])
    return { words: 'hello' }
  }
  assert.deepEqual(await callOf(clientOf(all, overBus(ask)), 'greet')({ firstName: 'bob' }), { words: 'hello' })
  assert.deepEqual(asked, [['system.greet', { firstName: 'bob' }]])

  const mcp = mcpSurface({ tools: copy.tools, version: '1.2.3', onFact: () => undefined, key: new Uint8Array(32) })
  const operations = clientOf(all, copy.carriers.inProcess(context)) as Operations
  const gateway = givenGateway({ surfaces: [...copy.surfaces, mcp], operations })
  const route = gateway.app.getOpenAPI31Document(openApi).paths?.['/greetings/{first_name}']?.get
  assert.deepEqual([route?.operationId, route?.summary], ['greet', 'Greets somebody, several times'])
  assert.deepEqual(
    route?.parameters?.map((one) => 'name' in one && [one.name, one.in, one.required]),
    [
      ['first_name', 'path', true],
      ['times', 'query', false],
    ],
  )
  const json = async (path: string, body?: object) => {
    const init = { ...(body ? { body } : {}), headers: { accept: 'application/json, text/event-stream' } }
    // As JSON, or as the data of one server-sent event.
    const [, text = ''] = /(?:^|data: )(\{.*)/.exec(await (await gateway.ask(path, init)).text()) ?? []
    return JSON.parse(text) as Answer
  }
  assert.deepEqual(await json('/greetings/bob?times=3'), { words: 'ada greets bob 3 times' })
  assert.equal((await gateway.ask('/greetings/bob?times=10')).status, 400)
  const answer = { words: 'ada greets bob 2 times' }
  assert.deepEqual(await json('/execute-tool', { tool_name: 'cortex_greet', tool_input: { first_name: 'bob' } }), {
    result: answer,
    ...answer,
    success: true,
  })
  const rpc = async (method: string, params: object) => (await json('/mcp', { jsonrpc: '2.0', id: 1, method, params }))['result'] as Answer
  const listed = ((await rpc('tools/list', {}))['tools'] as Answer[]).find(({ name }) => name === 'cortex_greet')
  const required = (schema: unknown): unknown => Object(schema).required
  assert.deepEqual([required(listed?.['inputSchema']), required(listed?.['outputSchema'])], [['first_name'], ['words']])
  const called = await rpc('tools/call', { name: 'cortex_greet', arguments: { first_name: 'bob' } })
  assert.deepEqual(called['structuredContent'], answer)
})

test('every operation is on every surface that it says it is on, with its own fields', () => {
  const { app } = givenGateway({ surfaces: [operationSurface(), toolSurface()] })
  const { paths = {} } = app.getOpenAPI31Document(openApi)
  const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  for (const { name, input, http, tool } of Object.values(declared)) {
    const [group = '', endpoint = ''] = name.split('.')
    const fields = Object.keys(input.shape).map(snake).sort()
    assert.equal(servicesOf(declared).get(group)?.endpoints[endpoint]?.input, input, name)
    const route = http && paths[http.path]?.[http.method]
    const body = route?.requestBody && 'content' in route.requestBody ? route.requestBody.content['application/json']?.schema : undefined
    const said = [...(route?.parameters ?? []).map((one) => ('name' in one ? one.name : '')), ...Object.keys(Object(body).properties ?? {})]
    const inPath = http?.path.match(/(?<=\{)\w+(?=\})/g) ?? []
    assert.ok(
      inPath.every((field) => fields.includes(field)),
      `${name} has no field of its path ${http?.path}`,
    )
    if (http) assert.deepEqual([route?.operationId, said.sort()], [http.operationId, fields], name)
    const shown = tool && tools.find((one) => one.name === tool.name)
    const taken = Object.keys(shown?.input.shape ?? {}).map((field) => (field === 'task_id' ? 'id' : field))
    if (tool) assert.deepEqual([shown?.description, taken.sort()], [tool.description, fields], name)
  }
  const routes = Object.values(declared).filter(({ http }) => http).length
  assert.equal(Object.values(paths).flatMap((path) => Object.keys(path)).length, routes + 2)
  assert.deepEqual(toolsOf({}).length, tools.length - Object.values(declared).filter(({ tool }) => tool).length)
})
