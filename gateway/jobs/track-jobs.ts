import { doorSequence } from '../../bus/door.ts'
import { decode } from '../../bus/envelope.ts'
import type { Connection } from '../../bus/jetstream/connect.ts'
import { answeredUpTo, readAll } from '../../bus/jetstream/read.ts'
import { Streams } from '../../bus/subjects.ts'
import { catalogue, type DataOf } from '../../domain/catalogue/index.ts'
import type { Fact } from '../../domain/fact.ts'
import { isJobId } from '../../domain/job.ts'
import { DOOR_READER, LANE_READER } from '../../domain/readers.ts'
import { type TaskFolds, taskStory } from '../../domain/task-story.ts'
import { jobStory, requestIn } from './job-view.ts'
import { keyName, repairedBy, repairKey } from './jobs.ts'
import { laneQueue } from './lane-queue.ts'

/** What this process knows of jobs without reading the stream: those that run, and the last that ended. */
export interface KnownJobs {
  facts(id: string): readonly Fact[] | undefined
  /** Ids of stories that wait for the lane or are in it, oldest first. */
  waiting(): readonly string[]
  /** Those of them whose prompt is not on its way yet. */
  queued(): readonly string[]
  /** The running or just ended jobs with a key of this key's name, the newest first; a job ends with its repair. */
  joinable(key: string, now: Date): readonly string[]
  /** A job that is on its way through the door, where its request has this sequence. */
  expect(id: string, data: DataOf<'reasoning.requested'>, at: Date, sequence: number): void
  /** What became of a request at the door: known already when it is expected, or heard of long after. */
  decided(fact: Fact): void
  end(id: string): { readonly promise: Promise<void>; cancel(): void }
  /** Oldest first. */
  ended(): readonly { readonly id: string; readonly facts: readonly Fact[] }[]
}

const KEPT = 1000
/** How long after its end a job is joined by the same request: an SDK's retries come within seconds, and a person who asks again means it. */
const JOIN_MS = 10_000

/** Follows the facts of jobs, after it has read those that the lane has not answered yet. */
export const trackJobs = async (connection: Connection, folds: TaskFolds): Promise<KnownJobs> => {
  const known = jobsInMemory()
  const early: [Fact, boolean][] = []
  let listen = (fact: Fact, ended: boolean): void => void early.push([fact, ended])
  folds.onFact((fact, story) => listen(fact as Fact, story?.state.end !== undefined))
  const read = await unanswered(connection, folds)
  const isRead = new Set(read.map(({ id }) => id))
  const all = [...read.map((fact) => [fact, isTaskEnd(fact)] as const), ...early.filter(([fact]) => !isRead.has(fact.id))]
  for (const [fact, ended] of all.sort(([one], [other]) => one.sequence - other.sequence)) known.take(fact, ended)
  listen = known.take
  return known
}

/** The jobs as far as facts have told of them. `taskEnded` says that the fact's task has ended with it. */
const jobsInMemory = (): KnownJobs & { take(fact: Fact, taskEnded: boolean): void } => {
  const jobs = new Map<string, readonly Fact[]>()
  const queue = laneQueue()
  const atDoor = new Map<number, string>()
  const endings = waitForEndings()
  const endedIds: string[] = []
  let last = 0

  const hold = (id: string, facts: readonly Fact[]): void => {
    jobs.set(id, facts)
    if (!jobStory(id, facts)?.view.completedAt) return
    endings.tell(id)
    if (endedIds.includes(id)) return
    endedIds.push(id)
    if (endedIds.length > KEPT) jobs.delete(endedIds.shift() ?? '')
  }
  const waiting = (): { owner: string; begun: boolean }[] => {
    // A job that was cancelled stays in the lane until its turn comes, and is nobody's hindrance.
    const inLane = queue.entries().filter(({ owner }) => !endedIds.includes(owner))
    const owners = new Set(inLane.map(({ owner }) => owner))
    const onTheWay = [...jobs.keys()].filter((id) => !owners.has(id) && !endedIds.includes(id))
    return [...inLane, ...onTheWay.map((owner) => ({ owner, begun: false }))]
  }
  const decided = (fact: Fact): void => {
    const sequence = doorSequence(fact.causedBy) ?? 0
    const id = atDoor.get(sequence)
    if (id === undefined) return
    atDoor.delete(sequence)
    const why = refusalIn(fact)
    if (why !== undefined) hold(id, [...(jobs.get(id) ?? []), refusal(id, why)])
  }
  return {
    take: (fact, taskEnded) => {
      // Sequences that go backwards belong to another store: what was known is gone with the old one.
      if (fact.sequence < last) {
        queue.clear()
        jobs.clear()
        atDoor.clear()
      }
      last = fact.sequence
      decided(fact)
      queue.take(fact, taskEnded)
      if (isJobId(fact.subject) && (jobs.has(fact.subject) || requestIn([fact])))
        hold(fact.subject, withFact(jobs.get(fact.subject) ?? [], fact))
    },
    facts: (id) => jobs.get(id),
    waiting: () => waiting().map(({ owner }) => owner),
    queued: () => waiting().flatMap(({ owner, begun }) => (begun ? [] : [owner])),
    joinable: (key, now) => joinableIn(jobs, key, now).reverse(),
    expect: (id, data, at, sequence) => {
      if (jobs.has(id)) return
      jobs.set(id, [expectedFact(id, data, at)])
      atDoor.set(sequence, id)
    },
    decided,
    end: (id) => endings.wait(id, jobStory(id, jobs.get(id) ?? [])?.view.completedAt !== undefined),
    ended: () => endedIds.flatMap((id) => (jobs.has(id) ? [{ id, facts: jobs.get(id) ?? [] }] : [])),
  }
}

/** A fact counts once, and what stood for one that was on its way goes. */
const withFact = (facts: readonly Fact[], fact: Fact): Fact[] => [
  ...facts.filter(({ id }) => id !== fact.id && !id.startsWith(EXPECTED)),
  fact,
]

/** Who waits for the end of which job. */
const waitForEndings = () => {
  const waiters = new Map<string, Set<() => void>>()
  return {
    wait: (id: string, hasEnded: boolean): { promise: Promise<void>; cancel(): void } => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const those = waiters.get(id) ?? new Set()
      waiters.set(id, those.add(resolve))
      if (hasEnded) resolve()
      const cancel = (): void => {
        those.delete(resolve)
        if (those.size === 0 && waiters.get(id) === those) waiters.delete(id)
      }
      return { promise, cancel }
    },
    tell: (id: string): void => {
      for (const tell of waiters.get(id) ?? []) tell()
      waiters.delete(id)
    },
  }
}

type Stories = ReadonlyMap<string, readonly Fact[]>

const withKey = (jobs: Stories, key: string): string[] =>
  [...jobs].flatMap(([id, facts]) => (keyName(requestIn(facts)?.data.joinKey ?? '') === keyName(key) ? [id] : []))

const joinableIn = (jobs: Stories, key: string, now: Date): string[] => withKey(jobs, key).filter((id) => isJoinable(jobs, id, now))

const isJoinable = (jobs: Stories, id: string, now: Date): boolean => {
  const view = jobStory(id, jobs.get(id) ?? [])?.view
  // A failure or a cancelled job is not what a second try wants to hear of.
  if (!view || view.state === 'cancelled' || view.state === 'failed') return false
  const isFresh = view.completedAt === undefined || now.getTime() - Date.parse(view.completedAt) < JOIN_MS
  return isFresh || withKey(jobs, repairKey(id)).some((repair) => isJoinable(jobs, repair, now))
}

/** The stories of all questions that the lane has not answered, and of those whose repair is one of them. */
const unanswered = async (connection: Connection, folds: TaskFolds): Promise<Fact[]> => {
  const floor = await answeredUpTo(connection, LANE_READER)
  const asked = await readAll(connection, Streams.events, ['browser.asked.*'], floor === undefined ? {} : { from: floor + 1 })
  const owners = new Set(
    asked.flatMap((message) => {
      const decoded = decode(catalogue, message)
      return decoded.kind === 'fact' ? [decoded.fact.subject] : []
    }),
  )
  const storiesOf = async (ids: readonly string[]): Promise<Fact[]> =>
    (await Promise.all(ids.map((id) => folds.facts(id)))).flat() as Fact[]
  const stories = await storiesOf([...owners])
  const repaired = stories.flatMap((fact) => (fact.type === 'browser.asked' ? (repairedBy(fact.data.joinKey) ?? []) : []))
  return [...stories, ...(await storiesOf([...new Set(repaired)].filter((id) => !owners.has(id))))].sort(
    (one, other) => one.sequence - other.sequence,
  )
}

const isTaskEnd = ({ type }: Fact): boolean => taskStory.ends.includes(type)

/** Marks what stands for a fact until the fact itself has come. */
const EXPECTED = 'expected-'

const expectedFact = (id: string, data: DataOf<'reasoning.requested'>, at: Date): Fact<'reasoning.requested'> => ({
  ...placeholder(id, at),
  type: 'reasoning.requested',
  data,
})

/** Why the door did not take a request; undefined when it did. */
const refusalIn = (fact: Fact): string | undefined => {
  if (fact.type === 'request.refused') return fact.data.faults.join('; ')
  return fact.type === 'function.failed' ? fact.data.reason : undefined
}

const refusal = (id: string, reason: string): Fact<'function.failed'> => ({
  ...placeholder(id, new Date()),
  type: 'function.failed',
  data: { function: DOOR_READER, cause: '', causeType: '', reason, attempts: 1, needsHuman: false },
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
