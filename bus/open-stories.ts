import type { Logger } from 'pino'
import type { Catalogue } from './define-event.ts'
import type { FactOf } from './envelope.ts'
import { messageOf } from './errors.ts'
import { addFact, emptyStory, passOver, type Story } from './story.ts'
import type { StoryModel, StoryState } from './story-model.ts'

/** The open stories, and those that ended lately, as facts come in. */
export interface OpenStories<C extends Catalogue, S extends StoryState> {
  readonly stories: Map<string, Story<S>>
  /** Takes the next fact in; undefined where its story is not in memory. */
  take(fact: FactOf<C>): Story<S> | undefined
  /** Takes note of a message under a story's subjects that is no fact. */
  passOver(id: string, sequence: number): void
  /** Resolves when no story (or not this one) is being read any more. */
  loaded(id?: string): Promise<unknown>
}

/** Ended stories kept in memory for those who still ask. */
const RECENT = 500

export const openStories = <C extends Catalogue, S extends StoryState>(
  model: StoryModel<S>,
  coldStory: (id: string) => Promise<Story<S>>,
  log: Logger,
): OpenStories<C, S> => {
  const stories = new Map<string, Story<S>>()
  const loading = new Map<string, { facts: FactOf<C>[]; noted: Story<S>; done: Promise<void> }>()
  const recent: string[] = []

  const retire = (id: string): void => {
    recent.push(id)
    while (recent.length > RECENT) {
      const oldest = recent.shift()!
      if (stories.get(oldest)?.state.end && !recent.includes(oldest)) stories.delete(oldest)
    }
  }

  /** A story that is not in memory any more is opened again: its story is read while later facts queue up. */
  const load = (id: string): void => {
    const [facts, noted]: [FactOf<C>[], Story<S>] = [[], emptyStory(model, id)]
    const done = coldStory(id)
      .then((story) => {
        for (const fact of facts) addFact(model, story, fact)
        passOver(story, noted.state.sequence)
        stories.set(id, story)
      })
      .catch((error) =>
        log.error({ story: id, error: messageOf(error) }, 'a reopened story could not be read; it is read again when asked for'),
      )
      .finally(() => loading.delete(id))
    loading.set(id, { facts, noted, done })
  }

  const take = (fact: FactOf<C>): Story<S> | undefined => {
    const pending = loading.get(fact.subject)
    if (pending) {
      pending.facts.push(fact)
      return undefined
    }
    const story = stories.get(fact.subject) ?? (fact.type === model.begins ? emptyStory(model, fact.subject) : undefined)
    if (!story) {
      if (model.reopens.includes(fact.type)) load(fact.subject)
      return undefined
    }
    stories.set(fact.subject, story)
    const open = !story.state.end
    addFact(model, story, fact)
    if (open && story.state.end) retire(fact.subject)
    return story
  }

  return {
    stories,
    take,
    passOver: (id, sequence) => {
      for (const noted of [loading.get(id)?.noted, stories.get(id)]) if (noted) passOver(noted, sequence)
    },
    loaded: async (id) => (id === undefined ? Promise.all([...loading.values()].map(({ done }) => done)) : loading.get(id)?.done),
  }
}
