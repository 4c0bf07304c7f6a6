import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { catalogue } from '../../domain/catalogue/index.ts'
import { startViews } from '../../functions/views/start-views.ts'
import { quiet, type TestBus } from './bus.ts'
import * as facts from './facts.ts'
import { temporaryFolder, until } from './temporary.ts'

type Bus = Pick<TestBus<typeof catalogue>, 'connection'>

const asked = facts.fact('cli.asked', { ...facts.requested().data, job: 'job-1', lane: 'cli' })
const codeStarted = facts.fact('code.started', { attempt: facts.attempt(), agent: 'claude' })
const gaveUp = facts.fact('function.failed', {
  ...{ function: 'write-code', cause: 'c', causeType: 'attempt.started', reason: 'no disk', attempts: 3, needsHuman: true },
})
const overdue = facts.fact('task.overdue', { since: '2026-01-01T10:00:00.000Z' })
const [answeredPlan, answeredReview] = [facts.answered('plan', 'a plan'), facts.answered('review', 'a verdict', 'codex')]

/** A task that was blocked, planned twice, resumed after a dead letter, escalated, retried with another priority, and completed. */
const life: facts.Facts = [
  ...[facts.created({ dependsOn: ['task-0'] }), facts.blocked('task-0'), facts.routed(), facts.reprioritised(3), facts.started('plan')],
  ...[facts.requested(), asked, facts.unanswered('plan'), answeredPlan, facts.refused('no steps'), facts.drafted('first'), facts.opened()],
  ...[facts.questioned('smaller'), answeredPlan, facts.drafted(), facts.opened(), facts.approved(), facts.started('code'), facts.round()],
  ...[codeStarted, gaveUp, facts.escalated('a function gave up'), facts.resumed(), facts.codeFailed(), facts.round({ n: 2 })],
  ...[facts.written(), answeredReview, facts.rejected(), facts.escalated(), facts.retried('try less'), facts.reprioritised(1)],
  ...[facts.routed({ gate: 'automatic' }), facts.started('plan'), facts.requested(), answeredPlan, facts.drafted(), facts.opened()],
  ...[
    facts.approved(),
    facts.started('code'),
    facts.round(),
    codeStarted,
    facts.written(),
    facts.unanswered('review'),
    facts.unavailable(),
  ],
  ...[
    facts.passed(),
    facts.scanFailed(),
    facts.recheck('scan'),
    facts.scanned(),
    facts.dodFailed(),
    facts.round({ n: 2 }),
    facts.written(),
  ],
  ...[facts.passed(), facts.scanned(), facts.verified(), facts.finishing(), overdue, facts.completed()],
]

/** Emits the whole life of one task. */
export const live = async (bus: Pick<TestBus<typeof catalogue>, 'emit'>, id: string): Promise<void> => {
  for (const { type, data } of life.flat(10) as facts.Given[]) await bus.emit(type, id, data)
}

/** Waits until MEMORY has every fact that EVENTS has. */
export const remembered = async ({ connection: { jsm } }: Bus): Promise<void> =>
  until(async () => {
    const { state } = await jsm.streams.info('EVENTS', { subjects_filter: '>' })
    const facts = Object.keys(state.subjects ?? {}).filter((subject) => !/^(sched|retry)\./.test(subject))
    return (await jsm.streams.info('MEMORY', { subjects_filter: '>' })).state.num_subjects === facts.length
  })

/** EVENTS forgets everything that it has, by age. */
export const forget = async (bus: Bus): Promise<void> => {
  const { jsm } = bus.connection
  await remembered(bus)
  const { config } = await jsm.streams.info('EVENTS')
  await jsm.streams.update('EVENTS', { ...config, max_age: 100_000_000, duplicate_window: 100_000_000 })
  await until(async () => (await jsm.streams.info('EVENTS')).state.messages === 0)
  await jsm.streams.update('EVENTS', config)
}

/** Everything that can be asked of the views, made anew in a folder of their own. */
export const shownBy = async (bus: Bus): Promise<object> => {
  await using folder = await temporaryFolder()
  const dbPath = join(folder.path, 'views.db')
  await using views = await startViews({ ...bus, catalogue, dbPath, tasksDir: join(folder.path, 'tasks'), log: quiet })
  await views.caughtUp((await bus.connection.jsm.streams.info('EVENTS')).state.last_seq)
  const answers = {
    list: await views.list(),
    tokens: await views.tokens(),
    dispatches: await views.dispatches('task-1'),
    health: await views.health(),
    statistics: await views.statistics('2026-01-01T00:00:00.000Z'),
    workload: await views.workload('2026-01-01T00:00:00.000Z'),
  }
  const db = new DatabaseSync(dbPath, { readOnly: true })
  const tables = ['tasks', 'dispatches', 'dod_results', 'tokens', 'health_events']
  const rows = tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all())
  db.close()
  return { answers, rows }
}
