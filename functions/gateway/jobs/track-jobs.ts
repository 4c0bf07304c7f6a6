import { catalogue, type InputOf } from '../../../bus/catalogue/index.ts'
import { decode } from '../../../bus/envelope.ts'
import type { Fact } from '../../../bus/fact.ts'
import type { Folds } from '../../../bus/folds.ts'
import type { Connection } from '../../../bus/jetstream/connect.ts'
import { answeredUpTo, readAll } from '../../../bus/jetstream/read.ts'
import { Streams } from '../../../bus/subjects.ts'
import { jobStory } from './job-view.ts'
import { laneQueue } from './lane-queue.ts'

/** What this process knows of jobs without reading the stream: those that run, and the last that ended. */
export interface KnownJobs {
  facts(id: string): readonly Fact[] | undefined
  /** Ids of stories that wait for the lane or are in it, oldest first. */
  waiting(): readonly string[]
  position(id: string): number | undefined
  /** The running or just ended job with this key. */
  joinable(key: string, now: Date): string | undefined
  /** A job that is on its way through the door. */
  expect(id: string, data: InputOf<'reasoning.requested'>, at: Date): void
  /** The door did not take it. */
  refused(id: string, faults: readonly string[]): void
  end(id: string): { readonly promise: Promise<void>; cancel(): void }
  /** Oldest first. */
  ended(): readonly { readonly id: string; readonly facts: readonly Fact[] }[]
}

const KEPT = 1000
/** How long after its end a job is joined by the same request: an SDK's retries come within seconds. */
const JOIN_MS = 60_000
const isJobId = (id: string): boolean => id.startsWith('job-')

/** Follows the facts of jobs, after it has read those that the lane has not answered yet. */
export const trackJobs = async (connection: Connection, folds: Folds<typeof catalogue>): Promise<KnownJobs> => {
  const jobs = new Map<string, Fact[]>()
  const queue = laneQueue()
  const waiters = new Map<string, Set<() => void>>()
  const endedIds: string[] = []
  let last = 0

  const take = (fact: Fact, taskEnded: boolean): void => {
    // Sequences that go backwards belong to another store: what was known is gone with the old one.
    if (fact.sequence < last) {
      queue.clear()
      jobs.clear()
    }
    last = fact.sequence
    queue.take(fact, taskEnded)
    if (isJobId(fact.subject)) note(fact)
  }
  const note = (fact: Fact): void => {
    const facts = jobs.get(fact.subject)
    if (!facts && fact.type !== 'reasoning.requested') return
    const before = (facts ?? []).filter(({ id }) => id !== fact.id && !id.startsWith(EXPECTED))
    jobs.set(fact.subject, [...before, fact])
    settleIfEnded(fact.subject)
  }
  const settleIfEnded = (id: string): void => {
    if (!jobStory(id, jobs.get(id) ?? [])?.view.completedAt) return
    for (const tell of waiters.get(id) ?? []) tell()
    waiters.delete(id)
    if (endedIds.includes(id)) return
    endedIds.push(id)
    if (endedIds.length > KEPT) jobs.delete(endedIds.shift() ?? '')
  }

  const early: [Fact, boolean][] = []
  let listen = (fact: Fact, ended: boolean): void => void early.push([fact, ended])
  folds.onFact((fact, story) => listen(fact as Fact, story?.task.end !== undefined))
  for (const fact of await unanswered(connection, folds)) take(fact, isTaskEnd(fact))
  const read = last
  for (const [fact, ended] of early) if (fact.sequence > read) take(fact, ended)
  listen = take

  return {
    facts: (id) => jobs.get(id),
    waiting: () => {
      const inLane = queue.entries().map(({ owner }) => owner)
      const onTheWay = [...jobs.keys()].filter((id) => !inLane.includes(id) && !endedIds.includes(id))
      return [...inLane, ...onTheWay]
    },
    position: (id) => queue.position(id),
    joinable: (key, now) => [...jobs].findLast(([id, facts]) => isJoinable(id, facts, key, now))?.[0],
    expect: (id, data, at) => {
      if (!jobs.has(id)) jobs.set(id, [expectedFact(id, data, at)])
    },
    refused: (id, faults) => {
      jobs.set(id, [...(jobs.get(id) ?? []), refusal(id, faults)])
      settleIfEnded(id)
    },
    end: (id) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const those = waiters.get(id) ?? new Set()
      waiters.set(id, those.add(resolve))
      if (jobStory(id, jobs.get(id) ?? [])?.view.completedAt) resolve()
      return { promise, cancel: () => void those.delete(resolve) }
    },
    ended: () => endedIds.flatMap((id) => (jobs.has(id) ? [{ id, facts: jobs.get(id) ?? [] }] : [])),
  }
}

const isJoinable = (id: string, facts: readonly Fact[], key: string, now: Date): boolean => {
  const requested = facts.find((fact) => fact.type === 'reasoning.requested')
  const view = jobStory(id, facts)?.view
  if (requested?.data.joinKey !== key || !view || view.state === 'cancelled') return false
  // A failure that may pass is not what a second try wants to hear.
  if (view.state === 'failed') return false
  return view.completedAt === undefined || now.getTime() - Date.parse(view.completedAt) < JOIN_MS
}

/** The stories of all questions that the lane has not answered. */
const unanswered = async (connection: Connection, folds: Folds<typeof catalogue>): Promise<Fact[]> => {
  const floor = await answeredUpTo(connection, 'ask-browser')
  const asked = await readAll(connection, Streams.events, ['browser.asked.*'], floor === undefined ? {} : { from: floor + 1 })
  const owners = new Set(
    asked.flatMap((message) => {
      const decoded = decode(catalogue, message)
      return decoded.kind === 'fact' ? [decoded.fact.subject] : []
    }),
  )
  const stories = await Promise.all([...owners].map((id) => folds.facts(id)))
  return (stories.flat() as Fact[]).sort((one, other) => one.sequence - other.sequence)
}

const isTaskEnd = ({ type }: Fact): boolean => /^task\.(completed|failed|escalated|cancelled)$/.test(type)

/** Marks what stands for a fact until the fact itself has come. */
const EXPECTED = 'expected-'

const expectedFact = (id: string, data: InputOf<'reasoning.requested'>, at: Date): Fact<'reasoning.requested'> => ({
  ...placeholder(id, at),
  type: 'reasoning.requested',
  data: catalogue['reasoning.requested'].data.parse(data),
})

const refusal = (id: string, faults: readonly string[]): Fact<'function.failed'> => ({
  ...placeholder(id, new Date()),
  type: 'function.failed',
  data: { function: 'admit', cause: '', causeType: '', reason: faults.join('; '), attempts: 1, needsHuman: false },
})

const placeholder = (id: string, at: Date) => ({
  id: `${EXPECTED}${id}`,
  subject: id,
  source: 'proxy',
  time: at.toISOString(),
  causedBy: '',
  hops: 0,
  sequence: 0,
})
