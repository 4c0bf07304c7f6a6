import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tools as all, offered } from '../../../../gateway/surfaces/tools/tools.ts'
import { givenProxy } from '../../../support/proxy.ts'
import { statusOfNew, tasksInMemory } from '../../../support/tasks-in-memory.ts'

const { operations: tools } = tasksInMemory([statusOfNew('task-1')])

/** The tools alone, as they are served without a browser lane. */
const alone = (given: { token?: string } = {}) => givenProxy({ tools, jobs: undefined, ...given }).ask
const call = { tool_name: 'cortex_get_task_status', tool_input: { task_id: 'task-1' } }

test('the model proxy serves the tools where their first clients look for them', async () => {
  const { ask } = givenProxy({ tools })
  const answer = await ask('/execute-tool', call)
  assert.equal(answer.status, 200)
  assert.equal(((await answer.json()) as Record<string, unknown>)['status'], 'queued')
  assert.equal(((await (await ask('/tools?format=openai')).json()) as unknown[]).length, offered(all, { deciding: false }).length)
  assert.equal((await ask('/tools?format=other')).status, 400)
  assert.equal((await givenProxy().ask('/execute-tool', call)).status, 404)
})

test('without a browser lane the tools and the health are there, and who asks for a model is told why there is none', async () => {
  const ask = alone()
  assert.deepEqual(await (await ask('/health')).json(), { status: 'ok', lane: null })
  const answer = await ask('/execute-tool', call)
  assert.equal(answer.status, 200)
  const models = await ask('/v1/models')
  assert.equal(models.status, 404)
  assert.match(await models.text(), /models need a browser lane/)
})

test('the guards of the proxy stand before the tools, and refuse in the words of their clients', async () => {
  const foreign = await alone()('/execute-tool', call, { origin: 'https://evil.example' })
  assert.deepEqual([foreign.status, ((await foreign.json()) as Record<string, unknown>)['success']], [403, false])
  const ask = alone({ token: 'a-secret' })
  assert.equal((await ask('/execute-tool', call)).status, 401)
  assert.equal((await ask('/execute-tool', call, { authorization: 'Bearer a-secret' })).status, 200)
  const long = await ask('/execute-tool', 'x'.repeat(2 ** 20 + 1), { authorization: 'Bearer a-secret' })
  assert.deepEqual([long.status, ((await long.json()) as Record<string, unknown>)['success']], [413, false])
})
