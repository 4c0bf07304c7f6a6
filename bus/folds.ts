import type { Logger } from 'pino'
import type { Task } from '../domain/task.ts'
import type { Catalogue } from './define-event.ts'
import { decode, type FactOf, type Stored, whyForeign } from './envelope.ts'
import { messageOf } from './errors.ts'
import type { Connection } from './jetstream/connect.ts'
import { patiently } from './jetstream/patience.ts'
import { lastUnder, readStoryMessages } from './jetstream/read.ts'
import { scan } from './jetstream/scan.ts'
import { followEvents, type Tail } from './jetstream/tail.ts'
import { openStories, REOPENS } from './open-stories.ts'
import { startProgress } from './progress.ts'
import { foldStory, passOver, type Story } from './story.ts'
import { factSubject, factSubjects, Streams } from './subjects.ts'

/** The folds of open tasks, kept up to date by one tail of EVENTS; everything else is read from the stream when asked for. */
export interface Folds<C extends Catalogue> {
  /** The story of an id, at least up to that sequence of EVENTS. */
  story(id: string, atLeast: number): Promise<Story>
  /** The story straight from the stream, past every cache. */
  coldStory(id: string): Promise<Story>
  /** All facts of an id straight from the stream, oldest first. */
  facts(id: string): Promise<readonly FactOf<C>[]>
  /** The newest fact of a type about an id, straight from the stream. */
  latest(type: string, id: string): Promise<FactOf<C> | undefined>
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
  /** The store is lost: whoever asks waits until the new one was read, which the tail sees to. */
  forget(): void
  stop(): Promise<void>
}

const ENDS = ['completed', 'failed', 'escalated', 'cancelled']
const BEGINS = ['created', ...REOPENS]
/** Stories read at once at the start. */
const READERS = 16
const WAIT_MS = 30_000

/** Ids of tasks that have begun and not ended, told subject by subject in the order of the stream: what has ended takes no memory. */
export const trackOpen = (): { readonly ids: ReadonlySet<string>; take(subject: string): void } => {
  const ids = new Set<string>()
  return {
    ids,
    take: (subject) => {
      const [, verb = '', id = ''] = subject.split('.')
      if (ENDS.includes(verb)) ids.delete(id)
      else if (BEGINS.includes(verb)) ids.add(id)
    },
  }
}

/** Reads the open stories, then follows the stream; ready when it returns. */
export const startFolds = async <C extends Catalogue>(catalogue: C, connection: Connection, log: Logger): Promise<Folds<C>> => {
  const listeners: ((fact: FactOf<C>, story: Story | undefined) => void)[] = []
  const coldStory = (id: string): Promise<Story> => readStory(catalogue, connection, id)
  const open = openStories<C>(coldStory, log)
  const { stories, take, loaded } = open
  const progress = startProgress()
  let foreign = 0
  let tail: Tail | undefined

  const pass = (message: Stored): void => {
    const decoded = decode(catalogue, message)
    if (decoded.kind === 'fact') {
      const story = take(decoded.fact)
      for (const listener of listeners) listener(decoded.fact, story)
    } else {
      if (decoded.kind === 'foreign') foreign++
      open.passOver(message.subject.split('.')[2] ?? '', message.sequence)
    }
    progress.pass(message.sequence)
  }

  const begin = async (): Promise<void> => {
    const { state } = await connection.jsm.streams.info(Streams.events)
    stories.clear()
    await readStories(await patiently(connection, () => readOpenIds(connection)), coldStory, stories)
    progress.pass(state.last_seq)
    const onLost = (why: string): void => {
      log.warn({ why }, 'the folds are read anew')
      begin().catch((error) => log.error({ error: messageOf(error) }, 'the folds could not be read anew; restart cortex'))
    }
    tail = await followEvents(connection, { filters: factSubjects(catalogue), from: state.last_seq + 1, onMessage: pass, onLost, log })
  }
  await begin()

  return {
    coldStory,
    ...pastTheCaches(catalogue, connection),
    story: async (id, atLeast) => {
      await progress.reach(atLeast, WAIT_MS)
      await loaded(id)
      return stories.get(id) ?? (await coldStory(id))
    },
    openTasks: async (atLeast) => {
      await progress.reach(atLeast, WAIT_MS)
      await loaded()
      return [...stories.values()].filter((story) => story.isTask && !story.task.end).map((story) => story.task)
    },
    peek: (id) => stories.get(id)?.task,
    onFact: (listener) => listeners.push(listener),
    foreign: () => foreign,
    position: progress.position,
    forget: () => {
      stories.clear()
      progress.pass(0)
    },
    stop: async () => {
      await tail?.stop()
    },
  }
}

/** Facts straight from the stream. */
const pastTheCaches = <C extends Catalogue>(catalogue: C, connection: Connection): Pick<Folds<C>, 'facts' | 'latest'> => {
  const facts = async (id: string) => uniqueFacts(factsOf(catalogue, await readStoryMessages(connection, id)))
  const latest = async (type: string, id: string) => {
    const last = await lastUnder(connection, factSubject(type, id))
    // What somebody had stored there without its being a fact must not hide the facts before it.
    return last && (factsOf(catalogue, [last])[0] ?? (await facts(id)).findLast((fact) => fact.type === type))
  }
  return { facts, latest }
}

/** A story from the stream; what is no fact of ours still moves its guard. */
const readStory = async <C extends Catalogue>(catalogue: C, connection: Connection, id: string): Promise<Story> => {
  const messages = await readStoryMessages(connection, id)
  const story = foldStory(id, factsOf(catalogue, messages))
  passOver(story, messages.at(-1)?.sequence ?? 0)
  return story
}

/** A fact counts once, although MEMORY and EVENTS may both have it. */
const uniqueFacts = <C extends Catalogue>(facts: readonly FactOf<C>[]): FactOf<C>[] => [
  ...new Map(facts.map((fact) => [fact.id, fact])).values(),
]

const factsOf = <C extends Catalogue>(catalogue: C, messages: readonly Stored[]): FactOf<C>[] =>
  messages.flatMap((message) => {
    const decoded = decode(catalogue, message)
    return decoded.kind === 'fact' ? [decoded.fact] : []
  })

/** Reads the stories of these ids, several at once, and keeps those of open tasks. */
const readStories = async (ids: readonly string[], coldStory: (id: string) => Promise<Story>, into: Map<string, Story>): Promise<void> => {
  const left = [...ids]
  const reader = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const story = await coldStory(id)
      if (story.isTask && !story.task.end) into.set(id, story)
    }
  }
  await Promise.all(Array.from({ length: READERS }, reader))
}

const readOpenIds = async (connection: Connection): Promise<string[]> => {
  const filters = [...BEGINS, ...ENDS].map((verb) => `task.${verb}.*`)
  const open = trackOpen()
  // Anybody can have an answer stored under an end; only a fact ends a task.
  for await (const page of scan(connection, Streams.events, filters, 1, { headersOnly: true, page: 2000 }))
    for (const message of page) if (!whyForeign(message)) open.take(message.subject)
  return [...open.ids]
}
