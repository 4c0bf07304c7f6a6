import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NotRetryable } from '../../../bus/errors.ts'
import { listDeadLetters, redriveDeadLetter } from '../../../bus/runtime/dead-letters.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { defineFunction } from '../../../functions/define-function.ts'
import escalateTask from '../../../functions/escalation/escalate-task.ts'
import redriveLetter from '../../../functions/escalation/redrive-letter.ts'
import routeTask from '../../../functions/intake/route-task.ts'
import unblockTasks from '../../../functions/intake/unblock-tasks.ts'
import closeTask from '../../../functions/planning/close-task.ts'
import openGate from '../../../functions/planning/open-gate.ts'
import { tellOverdue } from '../../../infra/app/tell-overdue.ts'
import { startBus } from '../../support/bus.ts'
import * as facts from '../../support/facts.ts'
import { forget, live, remembered, shownBy } from '../../support/retention.ts'
import { config } from '../../support/stubs.ts'
import { until } from '../../support/temporary.ts'

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

/** The functions that open, close and wait, and a writer that gives up until it is mended; on a bus with its own configuration. */
const startHouse = async (given: Record<string, unknown> = {}) => {
  const writer = { mended: false }
  const writeCode = defineFunction({
    on: ['attempt.started'],
    emits: ['code.failed'],
    timeout: '5s',
    retry: { attempts: 1, backoff: ['1s'] },
    handler: ({ say }) => {
      if (!writer.mended) throw new NotRetryable('the disk is full')
      return [say('code.failed', facts.codeFailed().data)]
    },
  })
  const functions = {
    ...{ 'route-task': routeTask, 'unblock-tasks': unblockTasks, 'open-gate': openGate, 'close-task': closeTask },
    ...{ 'escalate-task': escalateTask, 'redrive-letter': redriveLetter, 'write-code': writeCode },
  }
  const services = {
    config: config(given),
    sandbox: { missing: null },
    functions: { onlyTells: () => false },
    deadLetters: { redrive: async (number: number, signal: AbortSignal) => void (await redriveDeadLetter(bus.connection, number, signal)) },
  }
  const bus = await startBus(catalogue, functions, { services })
  const emitAll = async (id: string, ...all: facts.Facts): Promise<void> => {
    for (const { type, data } of all.flat(10) as facts.Given[]) await bus.emit(type, id, data)
  }
  return {
    bus,
    writer,
    emitAll,
    /** The present process ends and the next one begins, as `cortex up` does. */
    restart: async () => {
      await bus.runtime.stop()
      bus.runtime = await bus.another(functions)
    },
    tellOverdue: () => tellOverdue({ ...bus, folds: bus.runtime.folds }, services.config, AbortSignal.timeout(10_000)),
    state: async (id: string) => (await bus.runtime.folds.coldStory(id)).state,
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  }
}

/** The sequence is what a guard compares: of what EVENTS has forgotten there is none. */
const withoutSequence = <T extends { sequence: number }>({ sequence: _, ...rest }: T): Omit<T, 'sequence'> => rest

test('after 35 days in which nobody was there all tasks read the same, and what was open too long goes to a person and can go on', async () => {
  await using house = await startHouse()
  const { bus, emitAll, state } = house
  const create = (id: string, age: number, more: object = {}) =>
    bus.emit('task.created', id, { title: `Do ${id}`, ...more }, { time: daysAgo(age) })
  await create('task-gate', 35)
  await bus.until('task.routed', 'task-gate')
  await emitAll('task-gate', facts.started('plan'), facts.requested(), facts.answered('plan', 'a plan'), facts.drafted())
  await bus.until('gate.opened', 'task-gate')
  await create('task-waits', 35, { dependsOn: ['task-gate'] })
  await create('task-young', 5, { dependsOn: ['task-gate'] })
  for (const id of ['task-waits', 'task-young']) await bus.until('task.blocked', id)
  await create('task-dead', 35)
  await bus.until('task.routed', 'task-dead')
  await emitAll('task-dead', facts.started('plan'), facts.drafted(), facts.approved(), facts.started('code'), facts.round())
  await bus.until('task.escalated', 'task-dead')
  await bus.runtime.stop()
  await live(bus, 'task-1')
  const ids = ['task-1', 'task-gate', 'task-waits', 'task-young', 'task-dead']
  const before = (await Promise.all(ids.map(state))).map(withoutSequence)
  const shown = await shownBy(bus)

  await forget(bus)
  await house.restart()
  assert.deepEqual((await Promise.all(ids.map(state))).map(withoutSequence), before)
  assert.deepEqual(await shownBy(bus), shown)
  assert.deepEqual((await bus.runtime.folds.openStates(0)).map(({ id }) => id).sort(), ['task-gate', 'task-waits', 'task-young'])

  await house.tellOverdue()
  const { data } = await bus.until('task.escalated', 'task-gate')
  assert.deepEqual(data, { reason: `it has been open since ${before[1]?.createdAt} and is still gate`, class: 'overdue', findings: [] })
  await bus.until('task.escalated', 'task-waits')
  assert.deepEqual([(await state('task-young')).phase, (await state('task-1')).phase], ['blocked', 'completed'])

  await emitAll('task-gate', facts.retried(), facts.completed())
  await bus.until('task.routed', 'task-young')
  const { letters } = await listDeadLetters(bus.connection)
  assert.deepEqual(
    letters.map(({ id, reason }) => [id, reason]),
    [['task-dead', 'the disk is full']],
  )
  house.writer.mended = true
  await bus.emit('task.resumed', 'task-dead', { ...facts.resumed().data, letter: letters[0]?.number })
  await bus.until('code.failed', 'task-dead')
  const timers = async () => (await bus.connection.jsm.streams.info('EVENTS', { subjects_filter: 'sched.*.task-dead.>' })).state.subjects
  await until(async () => Object.keys((await timers()) ?? {}).some((subject) => subject.startsWith('sched.redrive-letter.')))
  assert.deepEqual([(await state('task-dead')).phase, (await state('task-dead')).end], ['coding', undefined])
})

test('a timer ends a gate whose facts EVENTS has forgotten', async () => {
  await using house = await startHouse({ gate: { expiry: '3s' } })
  const { bus, emitAll } = house
  await bus.emit('task.created', 'task-1', { title: 'Wait' })
  await bus.until('task.routed', 'task-1')
  await emitAll('task-1', facts.started('plan'), facts.drafted())
  await bus.until('gate.opened', 'task-1')
  await bus.runtime.stop()
  await remembered(bus)
  for (const noun of ['task', 'plan', 'gate']) await bus.connection.jsm.streams.purge('EVENTS', { filter: `${noun}.*.*` })
  await house.restart()
  const { data } = await bus.until('task.failed', 'task-1')
  assert.equal((data as { class: string }).class, 'gate_expired')
})

test('what is overdue is told once, however often a process starts', async () => {
  await using house = await startHouse()
  const { bus } = house
  await bus.emit('task.created', 'task-1', { title: 'Old' }, { time: daysAgo(35) })
  await bus.until('task.routed', 'task-1')
  await house.tellOverdue()
  await house.tellOverdue()
  await bus.until('task.escalated', 'task-1')
  await house.restart()
  await house.tellOverdue()
  assert.deepEqual(
    (await bus.facts('task-1')).map(({ type }) => type),
    ['task.created', 'task.routed', 'task.overdue', 'task.escalated'],
  )
})
