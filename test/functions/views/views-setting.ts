import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { lastSequence } from '../../../bus/jetstream/read.ts'
import { type catalogue, catalogue as events } from '../../../domain/catalogue/index.ts'
import { startViews, type Views } from '../../../functions/views/start-views.ts'
import { quiet, type TestBus } from '../../support/bus.ts'

type Bus = TestBus<typeof catalogue>

export const folderForViews = async () => {
  const path = await mkdtemp(join(tmpdir(), 'cortex-views-'))
  return { dbPath: join(path, 'cortex.db'), tasksDir: join(path, 'tasks'), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
export const open = ({ connection }: Bus, folder: { dbPath: string; tasksDir: string }): Promise<Views> =>
  startViews({ connection, catalogue: events, ...folder, log: quiet })
export const settled = async (bus: Bus, views: Views): Promise<void> => views.caughtUp(await lastSequence(bus.connection, '>'), 5000)

export const ref = { bucket: 'b', key: 'sha256/0', bytes: 1, contentType: 'text/plain', sha256: '0'.repeat(64) }
export const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.25 }
const attempt = { n: 1, handoff: 0, implementer: 'claude', reviewer: 'codex', baseSha: 'a'.repeat(40) }
const check = { command: 'npm test', exitCode: 0, output: ref, durationMs: 5 }
export const code = { attempt, log: ref, exitCode: 0, usage, agentVersion: '1', durationMs: 1200 }
const outcome = { branch: 'cortex/t1', files: ['a.ts'], usage, durations: {}, handoffs: 0, attempts: 1 }

/** A task that goes all the way, one that fails its checks and is escalated, and one that waits. */
export const tell = async (bus: Bus): Promise<void> => {
  const start = {
    master: 'development-master',
    workflow: 'change',
    project: 'shop',
    planner: 'claude',
    implementer: 'claude',
    reviewer: 'codex',
  } as const
  for (const id of ['t1', 't2']) {
    await bus.emit('task.created', id, { title: `Mend ${id}`, category: 'development', priority: 3, metadata: { ticket: 7 } })
    await bus.emit('task.routed', id, { ...start, gate: 'person' })
    await bus.emit('task.started', id, { stage: 'code' })
    await bus.emit('attempt.started', id, { attempt, feedback: [] })
    await bus.emit('code.started', id, { attempt, agent: 'claude' })
    await bus.emit('code.written', id, { ...code, headSha: 'b'.repeat(40), bundle: ref, diff: ref, files: ['a.ts'] })
    await bus.emit('review.passed', id, { attempt, reviewer: 'codex', remarks: [] })
    await bus.emit('scan.passed', id, { attempt, warnings: [] })
  }
  await bus.emit('dod.passed', 't1', { attempt, checks: [check], coverage: 81.25 })
  await bus.emit('task.completed', 't1', { outcome })
  const findings = [{ from: 'dod', problem: 'two tests fail' }]
  await bus.emit('dod.failed', 't2', {
    attempt,
    class: 'test_failure',
    checks: [{ ...check, exitCode: 1 }],
    findings,
    reason: 'npm test ended with 1',
  })
  await bus.emit('task.escalated', 't2', { reason: 'the checks fail again and again', class: 'test_failure' })
  await bus.emit('task.created', 'u3', { title: 'Later' })
}

/** Everything in the database but what differs from run to run by its nature. */
export const contents = (dbPath: string): Record<string, unknown[]> => {
  const db = new DatabaseSync(dbPath, { readOnly: true })
  const tables = ['tasks', 'dispatches', 'dod_results', 'tokens', 'health_events', 'seen']
  const all = Object.fromEntries(tables.map((table) => [table, db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]))
  db.close()
  return all
}
export const taskFiles = async (folder: string): Promise<Record<string, string>> => {
  const names = (await readdir(folder)).sort()
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])))
}
