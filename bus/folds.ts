import type { Logger } from 'pino'
import type { Catalogue } from './define-event.ts'
import { decode, type FactOf, type Stored } from './envelope.ts'
import { messageOf } from './errors.ts'
import type { Connection } from './jetstream/connect.ts'
import { readAll, readStoryMessages } from './jetstream/read.ts'
import { followEvents, type Tail } from './jetstream/tail.ts'
import { addFact, emptyStory, foldStory, type Story } from './story.ts'
import { factSubjects, Streams } from './subjects.ts'
import type { Task } from './task.ts'

/** The folds of open tasks, kept up to date by one tail of EVENTS; everything else is read from the stream when asked for. */
export interface Folds<C extends Catalogue> {
  /** The story of an id, at least up to that sequence of EVENTS. */
  story(id: string, atLeast: number): Promise<Story>
  /** The story straight from the stream, past every cache. */
  coldStory(id: string): Promise<Story>
  /** All open tasks, at least up to that sequence. */
  openTasks(atLeast: number): Promise<readonly Task[]>
  /** What is known now without waiting; undefined for a task that is not in memory. */
  peek(id: string): Task | undefined
  /** Is called for every fact as the tail passes it. */
  onFact(listener: (fact: FactOf<C>, story: Story | undefined) => void): void
  /** Messages under our subjects that were no facts of ours. */
  readonly foreign: () => number
  /** The last sequence the tail has passed. */
  readonly position: () => number
  stop(): Promise<void>
}

const ENDS = ['completed', 'failed', 'escalated', 'cancelled']
const REOPENS = ['retried', 'resumed']
/** Ended stories kept in memory for those who still ask. */
const RECENT = 500
const WAIT_MS = 30_000

/** Ids of tasks that have begun and not ended, from the newest message of each `task.*.*` subject. */
export const openIds = (newest: readonly { subject: string; sequence: number }[]): string[] => {
  const last = new Map<string, { open: number; ended: number }>()
  for (const { subject, sequence } of newest) {
    const [, verb = '', id = ''] = subject.split('.')
    const seen = last.get(id) ?? { open: 0, ended: 0 }
    if (ENDS.includes(verb)) seen.ended = Math.max(seen.ended, sequence)
    else if (verb === 'created' || REOPENS.includes(verb)) seen.open = Math.max(seen.open, sequence)
    last.set(id, seen)
  }
  return [...last].filter(([, { open, ended }]) => open > ended).map(([id]) => id)
}

interface Waiter {
  sequence: number
  resolve: () => void
}

/** Reads the open stories, then follows the stream; ready when it returns. */
export const startFolds = async <C extends Catalogue>(catalogue: C, connection: Connection, log: Logger): Promise<Folds<C>> => {
  const stories = new Map<string, Story>()
  const loading = new Map<string, { facts: FactOf<C>[]; done: Promise<void> }>()
  const recent: string[] = []
  const listeners: ((fact: FactOf<C>, story: Story | undefined) => void)[] = []
  let waiters: Waiter[] = []
  let passed = 0
  let foreign = 0
  let tail: Tail | undefined

  const factsOf = (messages: readonly Stored[]): FactOf<C>[] =>
    messages.flatMap((message) => {
      const decoded = decode(catalogue, message)
      return decoded.kind === 'fact' ? [decoded.fact] : []
    })
  const coldStory = async (id: string): Promise<Story> => foldStory(id, factsOf(await readStoryMessages(connection, id)))

  const retire = (id: string): void => {
    recent.push(id)
    while (recent.length > RECENT) {
      const oldest = recent.shift()!
      if (stories.get(oldest)?.task.end && !recent.includes(oldest)) stories.delete(oldest)
    }
  }

  /** A task that is not in memory any more is opened again: its story is read while later facts queue up. */
  const load = (id: string): void => {
    const facts: FactOf<C>[] = []
    const done = coldStory(id)
      .then((story) => {
        for (const fact of facts) addFact(story, fact)
        stories.set(id, story)
      })
      .catch((error) =>
        log.error({ task: id, error: messageOf(error) }, 'a reopened task could not be read; it is read again when asked for'),
      )
      .finally(() => loading.delete(id))
    loading.set(id, { facts, done })
  }

  const take = (fact: FactOf<C>): Story | undefined => {
    const pending = loading.get(fact.subject)
    if (pending) {
      pending.facts.push(fact)
      return undefined
    }
    let story = stories.get(fact.subject)
    if (!story && fact.type === 'task.created') {
      story = emptyStory(fact.subject)
      stories.set(fact.subject, story)
    }
    if (!story) {
      if (REOPENS.some((verb) => fact.type === `task.${verb}`)) load(fact.subject)
      return undefined
    }
    const open = !story.task.end
    addFact(story, fact)
    if (open && story.task.end) retire(fact.subject)
    return story
  }

  const pass = (message: Stored): void => {
    const decoded = decode(catalogue, message)
    if (decoded.kind === 'fact') {
      const story = take(decoded.fact)
      for (const listener of listeners) listener(decoded.fact, story)
    } else if (decoded.kind === 'foreign') foreign++
    passed = message.sequence
    if (waiters.length === 0) return
    const reached = waiters.filter((waiter) => waiter.sequence <= passed)
    if (reached.length === 0) return
    waiters = waiters.filter((waiter) => waiter.sequence > passed)
    for (const waiter of reached) waiter.resolve()
  }

  const reach = (sequence: number): Promise<void> => {
    if (sequence <= passed) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the tail of events has not passed ${sequence} within ${WAIT_MS / 1000} s (it is at ${passed})`)),
        WAIT_MS,
      )
      waiters.push({
        sequence,
        resolve: () => {
          clearTimeout(timer)
          resolve()
        },
      })
    })
  }

  const begin = async (): Promise<void> => {
    stories.clear()
    const { state } = await connection.jsm.streams.info(Streams.events)
    const newest = await readAll(connection, Streams.events, ['task.*.*'], { lastPerSubject: true, headersOnly: true })
    for (const id of openIds(newest)) stories.set(id, await coldStory(id))
    passed = state.last_seq
    tail = await followEvents(connection, {
      filters: factSubjects(catalogue),
      from: state.last_seq + 1,
      onMessage: pass,
      onLost: (why) => {
        log.warn({ why }, 'the folds are read anew')
        begin().catch((error) => log.error({ error: messageOf(error) }, 'the folds could not be read anew; restart cortex'))
      },
      log,
    })
  }
  await begin()

  return {
    coldStory,
    story: async (id, atLeast) => {
      await reach(atLeast)
      await loading.get(id)?.done
      return stories.get(id) ?? (await coldStory(id))
    },
    openTasks: async (atLeast) => {
      await reach(atLeast)
      await Promise.all([...loading.values()].map(({ done }) => done))
      return [...stories.values()].filter((story) => story.isTask && !story.task.end).map((story) => story.task)
    },
    peek: (id) => stories.get(id)?.task,
    onFact: (listener) => listeners.push(listener),
    foreign: () => foreign,
    position: () => passed,
    stop: async () => {
      await tail?.stop()
    },
  }
}
