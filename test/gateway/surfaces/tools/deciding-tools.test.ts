import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault } from '../../../../bus/define-service.ts'
import { toolSurface } from '../../../../gateway/surfaces/tools/surface.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { statusOfNew } from '../../../support/tasks-in-memory.ts'
import { type Answer, givenTools } from './tool-setting.ts'

test('an approval of another hash is not told as one of the plan that is there', async () => {
  const { call } = givenTools([statusOfNew('task-1')])
  const { body } = await call('cortex_approve_plan', { task_id: 'task-1', plan_hash: 'b'.repeat(64) })
  assert.match(String(body['message']), /^Change of the tests approved/)
})

test('what a person must see before a decision can be read, in pieces where it is long, and changes be asked for', async () => {
  const asked: unknown[] = []
  const piece = { text: '{"summary":"Do it"}', offset: 0, length: 19 }
  const reading =
    <Answer extends object>(answer: Answer) =>
    async (input: object) => {
      asked.push(input)
      return answer
    }
  const { call, told } = givenTools([statusOfNew('task-1')], {
    plan: reading({ id: 'task-1', plan_hash: 'a'.repeat(64), revision: 1, waits: true, ...piece }),
    diff: reading({ id: 'task-1', sha: 'b'.repeat(40), files: ['a.ts'], ...piece }),
    logs: reading({ id: 'task-1', logs: [], number: 2, ...piece }),
  })
  assert.equal((await call('cortex_get_plan', { task_id: 'task-1' })).body['plan_hash'], 'a'.repeat(64))
  assert.deepEqual((await call('cortex_get_diff', { task_id: 'task-1', offset: 7 })).body['files'], ['a.ts'])
  assert.equal((await call('cortex_get_logs', { task_id: 'task-1', number: 2 })).body['text'], piece.text)
  assert.deepEqual(asked, [
    { id: 'task-1', offset: 0 },
    { id: 'task-1', offset: 7 },
    { id: 'task-1', number: 2, offset: 0 },
  ])
  const { body } = await call('cortex_question_plan', { task_id: 'task-1', wish: 'with tests' })
  assert.match(String(body['message']), /made again/)
  assert.deepEqual(told, [{ command: 'question', id: 'task-1', wish: 'with tests' }])
})

test('cancel, retry, approve and reject say what they led to and where the task is then', async () => {
  const hash = 'a'.repeat(64)
  const waiting = statusOfNew('task-1', { status: 'in_progress', phase: 'gate', waiting_for: ['approval'], plan_hash: hash })
  const { call, told } = givenTools([waiting, statusOfNew('task-2'), statusOfNew('task-3', waiting)])
  const approved = await call('cortex_approve_plan', { task_id: 'task-1', plan_hash: hash })
  const cancelled = await call('cortex_cancel_task', { task_id: 'task-2', reason: 'no longer needed' })
  const retried = await call('cortex_retry_task', { task_id: 'task-2', guidance: 'with less' })
  await call('cortex_reject_plan', { task_id: 'task-1', reason: 'too much' })
  assert.deepEqual(
    [approved.body['outcome'], approved.body['message'], approved.body['waiting_for']],
    ['plan.approved', 'Plan approved', ['place']],
  )
  assert.deepEqual(
    [cancelled.body['status'], cancelled.body['phase'], cancelled.body['message']],
    ['failed', 'cancelled', 'Task cancelled'],
  )
  assert.deepEqual([retried.body['status'], retried.body['outcome']], ['queued', 'task.retried'])
  assert.deepEqual(told, [
    { command: 'approve', id: 'task-1', planHash: hash },
    { command: 'cancel', id: 'task-2', reason: 'no longer needed' },
    { command: 'retry', id: 'task-2', guidance: 'with less' },
    { command: 'reject', id: 'task-1', reason: 'too much' },
  ])
})

test('a rule that refuses, a caller who may not, a bus that is away: the status says which, and the words say why', async () => {
  const refuse = (code: number, words: string, retryAfterMs?: number) => async () => {
    throw new RequestFault(code, [words], retryAfterMs === undefined ? {} : { retryAfterMs })
  }
  const { call, ask } = givenTools([statusOfNew('task-1')], {
    cancel: refuse(409, 'task-1 has ended already: completed'),
    approve: refuse(403, '"bot" may not do this'),
    retry: refuse(503, 'the bus is away for a moment; try again', 1500),
  })
  const cancelled = await call('cortex_cancel_task', { task_id: 'task-1' })
  assert.deepEqual(
    [cancelled.status, cancelled.body['error'], cancelled.body['success']],
    [409, 'task-1 has ended already: completed', false],
  )
  assert.equal((await call('cortex_approve_plan', { task_id: 'task-1' })).status, 403)
  const retried = await ask('/execute-tool', { body: { tool_name: 'cortex_retry_task', tool_input: { task_id: 'task-1' } } })
  assert.deepEqual([retried.status, retried.headers.get('retry-after')], [503, '2'])
})

test('who may decide but not see decides, and sees nothing', async () => {
  const status = async () => {
    throw new RequestFault(403, ['"gatekeeper" may not do this (task.status)'])
  }
  const { call, told } = givenTools([statusOfNew('task-1')], { status })
  const { body } = await call('cortex_approve_plan', { task_id: 'task-1' })
  const answer = { task_id: 'task-1', outcome: 'plan.approved', message: 'Plan approved' }
  assert.deepEqual(body, { ...answer, result: answer, success: true })
  assert.equal(told.length, 1)
})

test('a decision under a field that nobody knows is refused: the hash in it might be of another plan', async () => {
  const { call } = givenTools([statusOfNew('task-1')])
  for (const [tool, more] of [
    ['cortex_approve_plan', {}],
    ['cortex_reject_plan', { reason: 'no' }],
    ['cortex_question_plan', { wish: 'more' }],
  ] as const) {
    const { status, body } = await call(tool, { task_id: 'task-1', hash: 'a'.repeat(64), ...more })
    assert.equal(status, 400)
    assert.match(String(body['error']), /"hash"/)
  }
})

test('a model is offered no tool that decides on plans, unless the operator wants it', async () => {
  const { ask } = givenGateway({ surfaces: [toolSurface()] })
  const offered = JSON.stringify(await (await ask('/tools')).json())
  for (const name of ['cortex_approve_plan', 'cortex_reject_plan', 'cortex_question_plan']) {
    assert.ok(!offered.includes(name), name)
    const answer = await ask('/execute-tool', { body: { tool_name: name, tool_input: { task_id: 'task-1' } } })
    assert.equal(answer.status, 403)
    assert.match(String(((await answer.json()) as Answer)['error']), /not offered to models here \(\[gateway\] deciding_tools\)/)
  }
})
