import type { Logger } from 'pino'
import { decodeOnce } from './decode-once.ts'
import type { Catalogue } from './define-event.ts'
import { type Decoded, decode, type FactOf, type Stored } from './envelope.ts'
import { messageOf } from './errors.ts'
import type { Connection } from './jetstream/connect.ts'
import { patiently } from './jetstream/patience.ts'
import { guardedSequence, lastUnder, readStoryMessages } from './jetstream/read.ts'
import { followEvents, lifeOfEvents, type Tail } from './jetstream/tail.ts'
import { readOpenIds } from './open-ids.ts'
import { type OpenStories, openStories } from './open-stories.ts'
import { type Progress, startProgress } from './progress.ts'
import type { Seal } from './seal.ts'
import { foldStory, type Story } from './story.ts'
import type { StoryModel, StoryState, StoryTypes } from './story-model.ts'
import { factSubject, factSubjects } from './subjects.ts'

/** The folds of open stories, kept up to date by one tail of EVENTS; everything else is read from the stream when asked for. */
export interface Folds<C extends Catalogue, S extends StoryState> {
  /** The story of an id, at least up to that sequence of EVENTS. */
  story(id: string, atLeast: number): Promise<Story<S>>
  /** The story straight from the stream, past every cache. */
  coldStory(id: string): Promise<Story<S>>
  /** All facts of an id straight from the stream, oldest first, each with whether it bears the system's seal. */
  facts(id: string): Promise<readonly FactOf<C>[]>
  /** The newest fact of a type about an id, straight from the stream. */
  latest(type: string, id: string): Promise<FactOf<C> | undefined>
  /** The states of all open stories, at least up to that sequence. */
  openStates(atLeast: number): Promise<readonly S[]>
  /** What is known now without waiting; undefined for a story that is not in memory. */
  peek(id: string): S | undefined
  /** What a message of EVENTS says; what the tail has read is not read again. */
  decode(message: Stored): Decoded<C>
  /** Is called for every fact as the tail passes it. */
  onFact(listener: (fact: FactOf<C>, story: Story<S> | undefined) => void): void
  /** Messages under our subjects that were no facts of ours. */
  readonly foreign: () => number
  /** The last sequence the tail has passed. */
  readonly position: () => number
  /** The store is lost: whoever asks waits until the new one was read, which the tail sees to. */
  forget(): void
  stop(): Promise<void>
}

/** Stories read at once at the start. */
const READERS = 16
const WAIT_MS = 30_000

/** Reads the open stories, then follows the stream; ready when it returns. */
export const startFolds = async <C extends Catalogue, S extends StoryState>(
  { catalogue, model }: { readonly catalogue: C; readonly model: StoryModel<S> },
  connection: Connection,
  log: Logger,
): Promise<Folds<C, S>> => {
  const listeners: ((fact: FactOf<C>, story: Story<S> | undefined) => void)[] = []
  const coldStory = (id: string): Promise<Story<S>> => readStory(catalogue, model, connection, id)
  const open = openStories<C, S>(model, coldStory, log)
  const { stories, take } = open
  const progress = startProgress()
  const decode = decodeOnce(catalogue, connection.seal)
  let foreign = 0
  let tail: Tail | undefined

  const pass = (message: Stored): void => {
    const decoded = decode(message)
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
    const born = await lifeOfEvents(connection)
    stories.clear()
    await readStories(await patiently(connection, () => readOpenIds(connection, model)), coldStory, stories)
    progress.pass(born.lastSequence)
    const onLost = (why: string): void => {
      log.warn({ why }, 'the folds are read anew')
      begin().catch((error) => log.error({ error: messageOf(error) }, 'the folds could not be read anew; restart cortex'))
    }
    tail = followEvents(connection, { filters: factSubjects(catalogue), born, onMessage: pass, onLost, log })
  }
  await begin()

  return {
    coldStory,
    decode,
    ...pastTheCaches(catalogue, model, connection),
    ...whenReached(progress, open, coldStory),
    peek: (id) => stories.get(id)?.state,
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

/** What waits until the tail has passed a sequence and no story is being read. */
const whenReached = <C extends Catalogue, S extends StoryState>(
  progress: Progress,
  { stories, loaded }: OpenStories<C, S>,
  coldStory: (id: string) => Promise<Story<S>>,
): Pick<Folds<C, S>, 'story' | 'openStates'> => ({
  story: async (id, atLeast) => {
    await progress.reach(atLeast, WAIT_MS)
    await loaded(id)
    return stories.get(id) ?? (await coldStory(id))
  },
  openStates: async (atLeast) => {
    await progress.reach(atLeast, WAIT_MS)
    await loaded()
    return [...stories.values()].filter((story) => story.hasBegun && !story.state.end).map((story) => story.state)
  },
})

/** Facts straight from the stream. */
const pastTheCaches = <C extends Catalogue>(
  catalogue: C,
  model: StoryTypes,
  connection: Connection,
): Pick<Folds<C, never>, 'facts' | 'latest'> => {
  const facts = async (id: string) => uniqueFacts(factsOf(catalogue, await readStoryMessages(connection, model, id), connection.seal))
  const latest = async (type: string, id: string) => {
    const last = await lastUnder(connection, factSubject(type, id))
    // What somebody had stored there without its being a fact must not hide the facts before it.
    return last && (factsOf(catalogue, [last], connection.seal)[0] ?? (await facts(id)).findLast((fact) => fact.type === type))
  }
  return { facts, latest }
}

/** A story from the streams; what is no fact of ours moves its guard, what only MEMORY has does not. */
const readStory = async <C extends Catalogue, S extends StoryState>(
  catalogue: C,
  model: StoryModel<S>,
  connection: Connection,
  id: string,
): Promise<Story<S>> => {
  const messages = await readStoryMessages(connection, model, id)
  const story = foldStory(model, id, factsOf(catalogue, messages, connection.seal))
  story.state = { ...story.state, sequence: guardedSequence(messages) }
  return story
}

/** A fact counts once, although MEMORY and EVENTS may both have it. */
const uniqueFacts = <C extends Catalogue>(facts: readonly FactOf<C>[]): FactOf<C>[] => [
  ...new Map(facts.map((fact) => [fact.id, fact])).values(),
]

const factsOf = <C extends Catalogue>(catalogue: C, messages: readonly Stored[], seal: Seal | undefined): FactOf<C>[] =>
  messages.flatMap((message) => {
    const decoded = decode(catalogue, message, seal)
    return decoded.kind === 'fact' ? [{ ...decoded.fact, ...(seal ? { sealed: seal.isOn(message) } : {}) }] : []
  })

/** Reads the stories of these ids, several at once, and keeps those that are open. */
const readStories = async <S extends StoryState>(
  ids: readonly string[],
  coldStory: (id: string) => Promise<Story<S>>,
  into: Map<string, Story<S>>,
): Promise<void> => {
  const left = [...ids]
  const reader = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const story = await coldStory(id)
      if (story.hasBegun && !story.state.end) into.set(id, story)
    }
  }
  await Promise.all(Array.from({ length: READERS }, reader))
}
