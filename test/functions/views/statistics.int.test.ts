import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { lastSequence } from '../../../bus/jetstream/read.ts'
import { catalogue as events } from '../../../domain/catalogue/index.ts'
import { startViews } from '../../../functions/views/start-views.ts'
import { quiet, startBus } from '../../support/bus.ts'
import { baseChecked, cancelled, created, escalated, type Facts, fact, type Given, routed, started } from '../../support/facts.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const usage = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 }
const planAnswered = (costUsd?: number) => {
  const ref = { bucket: 'b', key: 'sha256/0', bytes: 1, contentType: 'text/plain', sha256: '0'.repeat(64) }
  return fact('plan.answered', {
    job: 'job-1',
    purpose: 'plan',
    lane: 'cli',
    agent: 'claude',
    answer: ref,
    usage: { ...usage, ...(costUsd ? { costUsd } : {}) },
    durationMs: 5,
  })
}

test('what became of tasks, what stages took and what it cost are summed up', async () => {
  await using bus = await startBus(events, {})
  await using folder = await temporaryFolder()
  await using views = await startViews({
    connection: bus.connection,
    catalogue: events,
    dbPath: join(folder.path, 'views.db'),
    tasksDir: join(folder.path, 'tasks'),
    log: quiet,
  })
  const tell = async (id: string, ...facts: Facts): Promise<void> => {
    for (const { type, data } of facts.flat(10) as Given[]) await bus.emit(type, id, data)
  }
  await tell('t1', created(), routed(), started(), baseChecked(), planAnswered(0.5), escalated())
  await tell('t2', created(), cancelled())
  await tell('t3', created(), routed(), started(), planAnswered(0.25), planAnswered())
  await views.caughtUp(await lastSequence(bus.connection, '>'), 5000)
  const today = new Date().toISOString().slice(0, 10)
  const { outcomes, stages, costs } = await views.statistics(`${today}T00:00:00.000Z`)
  assert.deepEqual(
    outcomes.map((one) => ({ ...one })),
    [
      { day: today, outcome: 'cancelled', tasks: 1 },
      { day: today, outcome: 'escalated', tasks: 1 },
    ],
  )
  assert.deepEqual(
    costs.map((one) => ({ ...one })),
    [{ day: today, usd: 0.75, tokens: 360, calls: 3 }],
  )
  const stays = Object.fromEntries(stages.map(({ stage, stays: count }) => [stage, count]))
  assert.deepEqual(stays, { created: 3, queued: 2, trying: 1, planning: 1 })
  for (const { medianMs, slowMs } of stages) assert.ok(medianMs >= 0 && slowMs >= medianMs, `${medianMs} and ${slowMs}`)
  assert.deepEqual(await views.statistics('2999-01-01T00:00:00.000Z'), { outcomes: [], stages: [], costs: [] })
})
