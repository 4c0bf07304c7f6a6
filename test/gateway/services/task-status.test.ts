import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPhase, type Phase, statusOf } from '../../../domain/phases.ts'
import { initialTask } from '../../../domain/task.ts'
import { inWords } from '../../../domain/words/time-in-words.ts'
import { awaitsApproval, StatusAnswer } from '../../../gateway/answers.ts'
import { taskStatus } from '../../../gateway/services/task-status.ts'
import { ConfigSchema } from '../../../infra/config/config-schema.ts'

const around = { now: '2026-01-01T00:00:10.000Z', openTasks: [], config: ConfigSchema.parse({}), running: [] }

test('every phase is one of four words', () => {
  const words = {
    created: 'queued',
    blocked: 'queued',
    queued: 'queued',
    planning: 'in_progress',
    gate: 'in_progress',
    coding: 'in_progress',
    reviewing: 'in_progress',
    scanning: 'in_progress',
    verifying: 'in_progress',
    finishing: 'in_progress',
    answering: 'in_progress',
    completed: 'completed',
    failed: 'failed',
    escalated: 'failed',
    cancelled: 'failed',
  }
  for (const [phase, word] of Object.entries(words)) assert.equal(isPhase(phase) && statusOf(phase), word, phase)
})

test('a status is what its schema says, and tells what is waited for', () => {
  const task = { ...initialTask('task-a'), createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' }
  const waits = (phase: Phase, waitingFor: string[] = []) =>
    StatusAnswer.parse(taskStatus({ ...task, phase, waitingFor }, around)).waiting_for
  assert.deepEqual(waits('gate'), ['approval'])
  assert.deepEqual(waits('queued'), ['place'])
  assert.deepEqual(waits('blocked', ['task-b']), ['task-b'])
  assert.deepEqual(waits('coding'), [])
})

test('a task that waits for one called approval waits for no person', () => {
  const told = (phase: Phase) => awaitsApproval(taskStatus({ ...initialTask('task-a'), phase, waitingFor: ['approval', 'place'] }, around))
  assert.deepEqual([told('blocked'), told('gate'), told('queued')], [false, true, false])
})

test('spans of time are told in their largest unit', () => {
  const told = [900, 119_000, 120_000, 7_199_000, 7_200_000, 172_800_000].map(inWords)
  assert.deepEqual(told, ['0 s', '119 s', '2 min', '119 min', '2 h', '2 d'])
})
