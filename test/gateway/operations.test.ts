import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { inProcess, overBus, withScopes } from '../../gateway/carriers.ts'
import type { ServiceContext } from '../../gateway/context/define-service.ts'
import { defineOperation } from '../../gateway/define-operation.ts'
import { clientOf, declared, type Operations, servicesOf } from '../../gateway/operations.ts'
import { operationSurface } from '../../gateway/surfaces/operations/surface.ts'
import { toolSurface } from '../../gateway/surfaces/tools/surface.ts'
import { toolsOf } from '../../gateway/surfaces/tools/tools.ts'
import { givenGateway } from '../support/gateway.ts'

/** A new operation, as somebody who adds one writes it: this and nothing else. */
const greet = defineOperation({
  name: 'desk.greet',
  summary: 'Greets somebody, several times.',
  scopes: ['read'],
  input: z.strictObject({ who: z.string().min(1), times: z.int().default(2) }),
  answer: z.looseObject({ words: z.string() }),
  handler: async ({ who, times }, { caller }) => ({ words: `${caller.by} greets ${who} ${times} times` }),
})
const all = { ...declared, greet }

const partial: Partial<ServiceContext> = { caller: { by: 'ada', channel: 'gateway' } }
const context = partial as ServiceContext // nothing else is asked for here

test('an operation that is declared is a micro service, with what it takes', () => {
  const endpoint = servicesOf(all).get('desk')?.endpoints['greet']
  assert.deepEqual([endpoint?.summary, endpoint?.input], [greet.summary, greet.input])
})

test('a client has it, in this process and over the bus, with the types of its declaration', async () => {
  const near = clientOf(all, inProcess(context))
  const words: string = (await near.greet({ who: 'bob' })).words
  assert.equal(words, 'ada greets bob 2 times')
  await assert.rejects(near.greet({ who: '' }), { code: 400 })
  const asked: unknown[] = []
  const answers = [{ words: 'hello', more: 'of a newer version' }, { nothing: true }]
  const far = clientOf(
    all,
    overBus(async ({ name }, input) => {
      asked.push([name, input])
      return answers.shift()
    }),
  )
  assert.deepEqual(await far.greet({ who: 'bob' }), { words: 'hello', more: 'of a newer version' })
  assert.deepEqual(asked, [['desk.greet', { who: 'bob' }]])
  await assert.rejects(far.greet({ who: 'bob' }), z.ZodError)
})

test('what a scope does not open is refused before anything is asked', async () => {
  const asked: string[] = []
  const carry = async ({ name }: { name: string }) => asked.push(name)
  const reader = clientOf(all, withScopes(carry, ['read'], 'grafana'))
  await reader.greet({ who: 'bob' })
  await assert.rejects(reader.approve({ id: 'task-1' }), {
    code: 403,
    message: /the token of "grafana" lacks the scope for this \(task\.approve\)/,
  })
  assert.deepEqual(asked, ['desk.greet'])
})

test('within the process a request is read once, over HTTP and as a tool as well, and its answer not again', async () => {
  let reads = 0
  const who = z.string().refine(() => {
    reads += 1
    return true
  })
  const { name, summary, scopes } = greet
  const counted = z.strictObject({ who })
  const echo = defineOperation({
    ...{ name, summary, scopes, input: counted, answer: counted, handler: async (input: { who: string }) => input },
    http: { method: 'post', path: '/echo', operationId: 'echo', tag: 'desk', description: 'The same' },
    tool: { name: 'cortex_echo', title: 'Echo', description: 'Says the same.', idempotent: true },
  })
  const operations = clientOf({ echo }, inProcess(context))
  assert.deepEqual([await operations.echo({ who: 'bob' }), reads], [{ who: 'bob' }, 1])
  const surfaces = [operationSurface({ echo }), toolSurface(toolsOf({ echo }))]
  const { ask } = givenGateway({ surfaces, operations: operations as Partial<Operations> })
  assert.deepEqual([await (await ask('/echo', { body: { who: 'bob' } })).json(), reads], [{ who: 'bob' }, 2])
  assert.equal((await ask('/execute-tool', { body: { tool_name: 'cortex_echo', tool_input: { who: 'bob' } } })).status, 200)
  assert.equal(reads, 3)
})

test('a rule over several fields holds on every way to the handler', async () => {
  const swap = defineOperation({
    name: 'desk.swap',
    summary: 'Swaps two things.',
    scopes: ['read'],
    input: z.strictObject({ one: z.string(), other: z.string() }).refine(({ one, other }) => one !== other, 'they are the same'),
    answer: z.looseObject({}),
    http: { method: 'post', path: '/swap', operationId: 'swap', tag: 'desk', description: 'Swapped' },
    tool: { name: 'cortex_swap', title: 'Swap', description: 'Swaps two things.', idempotent: false },
    handler: async ({ one, other }) => ({ one: other, other: one }),
  })
  const surfaces = [operationSurface({ swap }), toolSurface(toolsOf({ swap }))]
  const operations = clientOf({ swap }, inProcess(context)) as Partial<Operations>
  const { ask } = givenGateway({ surfaces, operations })
  for (const [other, status] of [
    ['a', 400],
    ['b', 200],
  ] as const) {
    assert.equal((await ask('/swap', { body: { one: 'a', other } })).status, status)
    assert.equal((await ask('/execute-tool', { body: { tool_name: 'cortex_swap', tool_input: { one: 'a', other } } })).status, status)
  }
})

test('every operation has a place of its own and somebody who may ask for it', () => {
  const operations = Object.values(declared)
  assert.equal(new Set(operations.map(({ name }) => name)).size, operations.length)
  for (const { name, scopes } of operations) assert.ok(/^[a-z]+\.[a-z]+$/.test(name) && scopes.length > 0, name)
  const opens = (scope: 'create' | 'approve' | 'operate' | 'read') =>
    operations.filter(({ scopes }) => scopes.some((one) => one === scope)).map(({ name }) => name)
  assert.deepEqual(opens('approve'), ['task.approve', 'task.reject', 'task.question'])
  assert.deepEqual(opens('create'), ['task.create', 'task.submit', 'task.cancel', 'task.retry', 'task.prioritise'])
  assert.ok(!opens('read').some((name) => /redrive|pause|resume/.test(name)))
})
